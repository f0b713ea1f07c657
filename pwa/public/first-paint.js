// Runs before the first paint so that a dark cellar sees no white flash; the page itself takes
// over from here. Written plainly for the oldest browsers, which it tells that they are too old.
;(function () {
  var page = document.documentElement
  var chosen = {}
  try {
    chosen = JSON.parse(localStorage.getItem('roundsman.preferences') || '{}') || {}
  } catch (unreadable) {
    chosen = {}
  }
  var systemIsDark = window.matchMedia && window.matchMedia('(prefers-color-scheme: dark)').matches
  var dark = chosen.theme === 'dark' || (chosen.theme !== 'light' && systemIsDark)
  page.setAttribute('data-theme', dark ? 'dark' : 'light')
  page.style.background = dark ? '#12181F' : '#F6F7F9'
  // An app that does not start must not stand between people and what they recorded.
  window.setTimeout(function () {
    var app = document.querySelector('#app')
    if (!app || app.firstChild) return
    var link = document.createElement('a')
    link.href = '/rescue.html'
    link.textContent = '应用没有启动？导出未送达的记录 · Not starting? Export what is not delivered'
    app.appendChild(link)
  }, 12000)
  if (!('noModule' in document.createElement('script')) || !window.indexedDB || !window.Promise) {
    document.addEventListener('DOMContentLoaded', function () {
      document.body.textContent =
        '请用较新的浏览器打开(Chrome、Edge、Safari 或手机自带浏览器的新版)。 Please open this in a newer browser.'
    })
  }
})()
