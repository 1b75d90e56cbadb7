/** Every way a picture or a code's text comes in: a chosen file, the camera, a drop, a paste. */

const OURS = /flouci-sandbox:\S+/;
const isPicture = (file) => file?.type.startsWith('image/');
const isTyping = (target) => target instanceof HTMLElement && target.matches('input, textarea, [contenteditable]');

/** @returns {string | undefined} the first text in there that is a code of the sandbox */
export function findCode(text) {
  return OURS.exec(text ?? '')?.[0];
}

/**
 * @param {{area: HTMLElement, onPicture: (picture: Blob) => void, onText: (text: string) => void, onNothing: () => void}} wanted
 */
export function takePictures({ area, onPicture, onText, onNothing }) {
  const take = (carried) => {
    const files = [...(carried?.files ?? [])];
    const picture = files.find(isPicture) ?? files[0];
    const text = findCode(carried?.getData('text/plain') || carried?.getData('text/uri-list'));
    if (picture) onPicture(picture);
    else if (text) onText(text);
    else onNothing();
  };

  document.addEventListener('change', (event) => {
    if (!event.target.matches('[data-picture]')) return;
    const [picture] = event.target.files;
    event.target.value = '';
    if (picture) onPicture(picture);
  });

  document.addEventListener('paste', (event) => {
    const hasFile = event.clipboardData?.files.length > 0;
    if (document.querySelector('dialog[open]') || (isTyping(event.target) && !hasFile)) return;
    event.preventDefault();
    take(event.clipboardData);
  });

  // A picture dropped beside the phone would replace the page, so the whole page takes it.
  addEventListener('dragover', (event) => {
    event.preventDefault();
    area.classList.add('is-target');
  });
  addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) area.classList.remove('is-target');
  });
  addEventListener('drop', (event) => {
    event.preventDefault();
    area.classList.remove('is-target');
    take(event.dataTransfer);
  });
}
