import type { Query } from './ast.ts';

/** Child lists longer than a page end in a placeholder that names their subquery; the cursor puts the real URL there. */
export interface ChildPaging {
  pageRows: number;
  /** Remembers a subquery and gives its number. */
  register(query: Query, relationship: string): number;
}

export interface RegisteredChild {
  query: Query;
  relationship: string;
}

export class ChildRegistry implements ChildPaging {
  readonly pageRows: number;
  readonly children: RegisteredChild[] = [];

  constructor(pageRows: number) {
    this.pageRows = pageRows;
  }

  register(query: Query, relationship: string): number {
    this.children.push({ query, relationship });
    return this.children.length - 1;
  }
}

const placeholder = /"\\u0000(\d+)\/(\w{18})"/g;

/** Replaces the placeholders in a page of JSON. */
export function fillNextUrls(json: string, url: (child: number, parentId: string) => string): string {
  return json.replace(placeholder, (_match, child: string, parentId: string) =>
    JSON.stringify(url(Number(child), parentId)),
  );
}
