/**
 * Entry of the bundle: publishes the one global class and draws a button for each script tag.
 * The bundle may run once per tag, so every run after the first only hands its tag to the first.
 */
import { FlouciCheckout } from './checkout.js';

try {
  if (!window.FlouciCheckout?.drawButtons) window.FlouciCheckout = FlouciCheckout;
  window.FlouciCheckout.drawButtons(document.currentScript);
  document.addEventListener('DOMContentLoaded', () => window.FlouciCheckout.drawButtons());
} catch (error) {
  console.error('Flouci Sandbox:', error);
}
