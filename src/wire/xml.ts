/**
 * Answers as XML 1.0, in the form of the official API: a field is an element, a list its items one after the other under
 * the field's own name. Only for data that JSON could carry: texts, numbers, booleans, objects and lists of these.
 */

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>';

/** What must not stand in a text as it is: markup, line ends that a reader would turn, what XML 1.0 has no place for. */
const SPECIAL = /[&<>\r\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;

/** A document with this root. Fields that are undefined or null are left out. */
export function writeXml(root: string, fields: object): string {
  return `${DECLARATION}<${root}>${content(fields)}</${root}>`;
}

/** Text of an element. Characters that XML cannot carry become U+FFFD. */
export function escapeXml(text: string): string {
  return text.toWellFormed().replace(SPECIAL, replacement);
}

function content(fields: object): string {
  let xml = '';
  for (const [name, value] of Object.entries(fields)) xml += element(name, value);
  return xml;
}

function element(name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map((item) => element(name, item)).join('');
  const inner = typeof value === 'object' ? content(value) : escapeXml(String(value));
  return `<${name}>${inner}</${name}>`;
}

function replacement(character: string): string {
  switch (character) {
    case '&':
      return '&amp;';
    case '<':
      return '&lt;';
    case '>':
      return '&gt;';
    case '\r':
      return '&#13;';
    default:
      return '\ufffd';
  }
}
