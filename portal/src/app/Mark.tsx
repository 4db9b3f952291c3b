/** The product's sign, as in public/icon.svg; drawn in the page, it costs neither a request nor a document of its own. */
export function Mark() {
  return (
    <svg viewBox="0 0 32 32" width="24" height="24" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" fill="#0b5345" />
      <path d="M8 9h16v10H8z" fill="none" stroke="#d5f5e3" strokeWidth="2.5" />
      <path d="M12 24h8" stroke="#d5f5e3" strokeWidth="2.5" strokeLinecap="round" />
    </svg>
  );
}
