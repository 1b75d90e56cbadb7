/** The text inside the QR code, put together by a Builder (report, section V.1.4; contract, section 4). */

const SCHEME = 'flouci-sandbox://pay?v=1';
const LONGEST_TEXT = 400;
/** The most needed first. */
const FIELDS = ['app', 'amount', 'session', 'id', 'name', 'description'];

/**
 * Builder of the QR text. Fields may be given in any order, empty ones are left out.
 * @example new QrPayloadBuilder().with({ app, amount, session }).with({ name }).build()
 */
export class QrPayloadBuilder {
  constructor() {
    this.fields = {};
  }

  /**
   * @param {Record<string, string | number | undefined>} fields some of app, amount, session, id, name, description
   * @returns {this}
   */
  with(fields) {
    Object.assign(this.fields, fields);
    return this;
  }

  /**
   * @returns {string} percent-encoded, at most 400 bytes: name and description are cut at the longest whole number of
   *   code points that leaves room for what is before them, and an id that does not fit is left out: the sandbox has it
   */
  build() {
    return FIELDS.reduce((text, name) => {
      let points = [...clean(this.fields[name])].slice(0, LONGEST_TEXT);
      for (;;) {
        const value = points.join('').trimEnd();
        const longer = value ? `${text}&${name}=${encodeURIComponent(value)}` : text;
        if (longer.length <= LONGEST_TEXT) return longer;
        points = name === 'id' ? [] : points.slice(0, -1);
      }
    }, SCHEME);
  }
}

/** What the code of one form says. */
export function payloadOf({ session, amount, merchant }, wanted) {
  return new QrPayloadBuilder().with(wanted).with({ session, amount, name: wanted.name || merchant.name }).build();
}

/** The phone refuses control characters; half a surrogate pair, which a careless cut can leave behind, cannot be encoded. */
function clean(value) {
  return String(value ?? '').replace(/\p{Cc}/gu, ' ').replace(/\p{Surrogate}/gu, '\ufffd');
}
