// Runs before the page is painted, so that it does not flash in the wrong colours.
(function () {
  try {
    var theme = localStorage.getItem('chuchu.theme');
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  } catch (error) {
    // Without storage the browser's own preference holds.
  }
})();
