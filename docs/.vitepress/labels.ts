import type { DefaultTheme, MarkdownLocaleOptions } from 'vitepress'

/** The labels of the theme in one language. */
interface Labels {
  theme: DefaultTheme.Config
  search: Partial<DefaultTheme.LocalSearchOptions>
  markdown: MarkdownLocaleOptions
}

/** The other English labels are the defaults of VitePress. */
export const english: Labels = {
  theme: {
    outline: { level: [2, 3], label: 'On this page' },
    notFound: {
      title: 'Page not found',
      quote: 'There is no page at this address. The search finds pages by their text.',
      linkText: 'Home',
      linkLabel: 'Home',
    },
  },
  search: {},
  markdown: {},
}

export const chinese: Labels = {
  theme: {
    outline: { level: [2, 3], label: '本页目录' },
    docFooter: { prev: '上一页', next: '下一页' },
    darkModeSwitchLabel: '外观',
    lightModeSwitchTitle: '切换到浅色模式',
    darkModeSwitchTitle: '切换到深色模式',
    sidebarMenuLabel: '菜单',
    returnToTopLabel: '返回顶部',
    langMenuLabel: '切换语言',
    navMenuLabel: '主导航',
    mobileMenuLabel: '导航菜单',
    extraMenuLabel: '更多',
    skipToContentLabel: '跳到正文',
    lastUpdated: { text: '最后更新' },
    notFound: {
      title: '页面不存在',
      quote: '这个地址没有对应的页面。可以用搜索查找内容。',
      link: '/zh/',
      linkText: '返回首页',
      linkLabel: '返回首页',
    },
  },
  search: {
    translations: {
      button: { buttonText: '搜索', buttonAriaLabel: '搜索文档' },
      modal: {
        displayDetails: '显示详细列表',
        resetButtonTitle: '清除搜索内容',
        backButtonTitle: '关闭搜索',
        noResultsText: '没有找到结果：',
        footer: {
          selectText: '打开',
          selectKeyAriaLabel: '回车键',
          navigateText: '移动',
          navigateUpKeyAriaLabel: '向上键',
          navigateDownKeyAriaLabel: '向下键',
          closeText: '关闭',
          closeKeyAriaLabel: 'Esc 键',
        },
      },
    },
  },
  markdown: {
    codeCopyButton: { tooltipText: '复制代码', copiedText: '已复制' },
    container: {
      infoLabel: '说明',
      noteLabel: '注意',
      tipLabel: '提示',
      warningLabel: '警告',
      dangerLabel: '危险',
      detailsLabel: '详情',
      importantLabel: '重要',
      cautionLabel: '小心',
    },
  },
}
