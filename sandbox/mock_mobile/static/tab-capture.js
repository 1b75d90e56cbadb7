/** Takes one picture of another tab, window or screen, which the person chooses in the browser's own dialog. */

export const canCapture = Boolean(navigator.mediaDevices?.getDisplayMedia);

/** @returns {Promise<Blob | null>} null when the person chose nothing */
export async function captureTab() {
  let stream;
  try {
    stream = await navigator.mediaDevices.getDisplayMedia({ ...keepFocus(), video: { displaySurface: 'browser' }, audio: false });
  } catch (error) {
    if (error.name === 'NotAllowedError' || error.name === 'AbortError') return null;
    throw error;
  }
  try {
    return await takeFrame(stream);
  } finally {
    for (const track of stream.getTracks()) track.stop();
  }
}

/** The phone stays in front while the other tab is captured, where the browser can do that. */
function keepFocus() {
  if (!window.CaptureController?.prototype.setFocusBehavior) return {};
  const controller = new CaptureController();
  controller.setFocusBehavior('no-focus-change');
  return { controller };
}

async function takeFrame(stream) {
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = stream;
  await video.play();
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext('2d').drawImage(video, 0, 0);
  return new Promise((resolve) => {
    canvas.toBlob(resolve, 'image/png');
  });
}
