/** Hosts whose insides neither reach the page's styles nor are reached by them. */

/**
 * @param {string} display of the host itself
 * @param {string} css
 * @param {Node} content
 * @returns {HTMLElement} carries an open shadow root
 */
export function createHost(display, css, content) {
  const host = document.createElement('span');
  host.style.setProperty('all', 'initial', 'important');
  host.style.setProperty('display', display, 'important');
  const root = host.attachShadow({ mode: 'open' });
  addStyles(root, css);
  root.append(content);
  return host;
}

/** Constructed sheets are allowed under a content security policy that forbids inline styles. */
function addStyles(root, css) {
  if (!('adoptedStyleSheets' in root)) {
    const style = document.createElement('style');
    style.textContent = css;
    root.append(style);
    return;
  }
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
}
