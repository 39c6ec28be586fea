/** What names and descriptions may look like. */

/** Regular expression (source text): no leading http:// or https://, no control characters. */
export const NAME_PATTERN = '(?!https?://)[^\\u0000-\\u001f\\u007f]*';

/** Regular expression (source text): like a name, but with line breaks and tabs. */
export const DESCRIPTION_PATTERN = '(?!https?://)[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f]*';
