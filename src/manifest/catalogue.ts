/** Which providers exist and what they can do: asked from the hosted service, or the list bundled with this version. */
export interface ProviderCatalogue {
  source: 'live' | 'bundled';
  providers: ReadonlyMap<string, ProviderEntry>;
}

export interface ProviderEntry {
  /** Known modules; absent = not known, nothing is checked. */
  modules?: readonly string[];
  /** What the provider, or one of its modules, can do; absent = not known. */
  support?: ProviderSupport;
  /** Customers sign in through an OAuth app of yours. */
  needsApp?: boolean;
  moduleSupport?: Readonly<Record<string, ProviderSupport>>;
}

export interface ProviderSupport {
  read?: boolean;
  write?: boolean;
  subscribe?: boolean;
  proxy?: boolean;
}
