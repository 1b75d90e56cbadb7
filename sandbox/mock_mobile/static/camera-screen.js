/** The camera's screen: it reads frame after frame; the first with a code ends it, and so does any other screen. */
import * as api from './api.js';
import { watchCamera } from './camera.js';
import { act, addDeeds, currentPhone, keepRunning, show, watchTurn } from './device.js';
import { drawProblem, drawScreen, focusScreen } from './screens.js';
import { texts } from './texts.js';

async function openCamera() {
  let video;
  show(() => {
    video = drawScreen('camera').querySelector('video');
  });
  const isSame = watchTurn();
  const isOver = () => !isSame() || !video.isConnected;
  try {
    const stop = await watchCamera(video, (frame) => readFrame(frame, isOver));
    if (isOver()) stop();
    else keepRunning(stop);
  } catch {
    drawProblem(texts.camera_failed);
    focusScreen();
  }
}

/** @returns {Promise<boolean>} whether looking on makes no sense */
async function readFrame(frame, isOver) {
  try {
    await api.scanPicture(currentPhone().phone_number, frame, true);
  } catch (error) {
    if (!(error instanceof api.Problem)) throw error;
    if (error.code === 'NO_QR_FOUND') return isOver();
    if (isOver()) return true;
    act(() => Promise.reject(error));
    return true;
  }
  if (!isOver()) act(async () => {});
  return true;
}

addDeeds({ camera: openCamera });
