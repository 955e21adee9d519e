import type { Style } from '../output/style.ts';
import { fitText, terminalText } from '../output/terminal-text.ts';
import type { SearchResult } from '../runtime/search/search.ts';

/** A record a block: its id, then each delivered name with its value. */
export function renderSearch({ result, object }: SearchResult, style: Style, width: number): string {
  if (result.length === 0) return `No ${object} record matches.`;
  return result
    .map(({ id, fields, mappedFields }) => {
      const values = Object.entries({ ...fields, ...mappedFields });
      const column = Math.max(...values.map(([name]) => name.length), 2);
      const lines = values.map(([name, value]) => {
        const text = fitText(terminalText(shown(value)), Math.max(20, width - column - 4));
        return `  ${style.dim(terminalText(name).padEnd(column))}  ${text}`;
      });
      return [style.bold(String(id)), ...lines].join('\n');
    })
    .join('\n\n');
}

function shown(value: unknown): string {
  if (value === null) return '–';
  // Numbers with more digits than a double print themselves (mapping/json.ts).
  return typeof value === 'object' && !('text' in (value as object)) ? JSON.stringify(value) : String(value);
}
