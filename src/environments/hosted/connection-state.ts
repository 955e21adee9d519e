/** The platform's words for a connection, and ours. */
const ourWords: Readonly<Record<string, string>> = {
  // New, or its token was just renewed.
  created: 'connected',
  working: 'connected',
  bad_credentials: 'needs_reauth',
};

/** Our state with the platform's word beside it: `needs_reauth (bad_credentials)`. An unknown word stands alone. */
export function connectionStateText(hosted: string | undefined): string {
  if (hosted === undefined) return 'unknown';
  const ours = ourWords[hosted];
  return ours === undefined ? hosted : `${ours} (${hosted})`;
}
