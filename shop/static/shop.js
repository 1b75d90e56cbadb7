// Says so when the payment script could not be loaded: the sandbox does not run, or something blocks it.

addEventListener('load', () => {
  if (window.FlouciCheckout) return;
  for (const notice of document.querySelectorAll('[data-part="no-button"]')) notice.hidden = false;
});
