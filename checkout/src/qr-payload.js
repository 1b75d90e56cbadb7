/** The text inside the QR code, put together by a Builder (report, section V.1.4; contract, section 4). */

const SCHEME = 'flouci-sandbox://pay?v=1';
const LONGEST_TEXT = 400;
const KEPT = ['app', 'amount', 'session', 'id'];
const SHORTENED = ['name', 'description'];

/**
 * Builder of the QR text. Fields may be given in any order, empty ones are left out.
 * @example new QrPayloadBuilder().with({ app, amount, session }).with({ name }).build()
 */
export class QrPayloadBuilder {
  constructor() {
    this.fields = {};
  }

  /** @returns {boolean} whether the fields that are never cut fit one QR code */
  static fits(fields) {
    return encode(fields, KEPT).length <= LONGEST_TEXT;
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
   * @returns {string} percent-encoded, at most 400 bytes: the description is shortened first, then the name
   * @throws {RangeError} when app, amount, session and id alone are too long
   */
  build() {
    if (!QrPayloadBuilder.fits(this.fields)) throw new RangeError('QR text is too long');
    const withoutDescription = shorten({ ...this.fields, description: '' }, 'name');
    return encode(shorten({ ...withoutDescription, description: this.fields.description }, 'description'));
  }
}

/** Cuts one field at the longest whole number of code points with which everything fits. */
function shorten(fields, name) {
  const points = [...String(fields[name] ?? '')].slice(0, LONGEST_TEXT);
  while (points.length && encode({ ...fields, [name]: points.join('') }).length > LONGEST_TEXT) points.pop();
  return { ...fields, [name]: points.join('').trimEnd() };
}

function encode(fields, names = [...KEPT, ...SHORTENED]) {
  const pairs = names.filter((name) => fields[name]).map((name) => `&${name}=${percentEncode(fields[name])}`);
  return SCHEME + pairs.join('');
}

/** encodeURIComponent throws on half a surrogate pair, which a careless cut on the shop's side can leave behind. */
function percentEncode(value) {
  return encodeURIComponent(String(value).replace(/\p{Surrogate}/gu, '\ufffd'));
}
