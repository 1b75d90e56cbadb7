/** The camera: frames of what it sees, one after the other, until one of them holds a code or the person has had enough. */

const PAUSE = 350;
const LONGEST_SIDE = 1024;
const WANTED = { video: { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 720 } }, audio: false };

export const hasCamera = Boolean(navigator.mediaDevices?.getUserMedia);

/**
 * @param {HTMLVideoElement} video
 * @param {(picture: Blob) => Promise<boolean>} read tells whether the picture held a code; the next frame waits for it
 * @returns {Promise<() => void>} switches the camera off; rejects when the browser gives none
 */
export async function watchCamera(video, read) {
  const stream = await navigator.mediaDevices.getUserMedia(WANTED);
  let isOn = true;
  const stop = () => {
    isOn = false;
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  video.srcObject = stream;
  await video.play();
  lookOn();
  return stop;

  async function lookOn() {
    while (isOn) {
      const frame = document.hidden ? null : await takeFrame(video);
      if (frame && isOn && (await read(frame))) return stop();
      await new Promise((resolve) => {
        setTimeout(resolve, PAUSE);
      });
    }
  }
}

async function takeFrame(video) {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(video.videoWidth, video.videoHeight));
  if (!Number.isFinite(scale)) return null;
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  canvas.getContext('2d').drawImage(video, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => {
    canvas.toBlob(resolve, 'image/jpeg', 0.85);
  });
}
