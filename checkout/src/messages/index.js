/** Picks the language, and the texts in it. */
import ar from './ar.js';
import en from './en.js';
import fr from './fr.js';

const MESSAGES = { fr, ar, en };

/**
 * @param {...(string | null | undefined)} wishes language tags, the most wanted first; two letters tell, in either case
 * @returns {'fr'|'ar'|'en'} fr when no wish can be met
 */
export function chooseLanguage(...wishes) {
  const codes = wishes.map((wish) => /^\s*(fr|ar|en)/i.exec(wish)?.[1].toLowerCase());
  return codes.find(Boolean) ?? 'fr';
}

export function messagesIn(language) {
  return MESSAGES[language];
}

/** @returns {'rtl'|'ltr'} */
export function directionOf(language) {
  return language === 'ar' ? 'rtl' : 'ltr';
}

/**
 * Says an error or a reason in the shopper's words where its code is known, else in the sandbox's.
 * @param {{code: string, message?: string, hint?: string, tries_left?: number, retry_after_seconds?: number}} error
 * @param {object} messages
 * @returns {string}
 */
export function explain({ code, message, hint, tries_left: triesLeft, retry_after_seconds: seconds }, messages) {
  const known = messages[code];
  return [known ?? (message || messages.ATTEMPT_FAILED), known ? (triesLeft ?? seconds) : hint].join(' ').trim();
}
