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
  if (!('noModule' in document.createElement('script')) || !window.indexedDB || !window.Promise) {
    document.addEventListener('DOMContentLoaded', function () {
      document.body.textContent =
        '请用较新的浏览器打开(Chrome、Edge、Safari 或手机自带浏览器的新版)。 Please open this in a newer browser.'
    })
  }
})()
