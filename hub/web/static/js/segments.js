// How many SMS a text becomes: 160 and 153 characters of GSM 03.38, or 70 and 67 of UCS-2 (3GPP TS 23.038).
const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const EXTENDED = new Set("^{}\\[~]|€\f");

export function segments(text) {
  const characters = [...text];
  const gsm = characters.every((character) => BASIC.has(character) || EXTENDED.has(character));
  const units = gsm
    ? characters.reduce((sum, character) => sum + (EXTENDED.has(character) ? 2 : 1), 0)
    : text.length;
  const [single, joined] = gsm ? [160, 153] : [70, 67];
  return units <= single ? Math.min(units, 1) : Math.ceil(units / joined);
}
