import type { Diagnostic } from '../errors/diagnostic.ts';
import { quote } from '../manifest/quote.ts';
import { explainSyntaxFault } from '../manifest/rules/yaml-syntax.ts';
import { decodeBytes } from '../manifest/yaml/decode-bytes.ts';
import { parseFast } from '../manifest/yaml/fast-parse.ts';
import { parseFully } from '../manifest/yaml/full-parse.ts';
import type { ParseFault, YamlNode } from '../manifest/yaml/node.ts';
import { type FieldDefinition, fieldValueTypes, onDeleteChoices } from './definition.ts';
import { FileReader, firstOf, type Shape } from './file-reader.ts';

/**
 * The custom fields a file asks for, in its order, and everything wrong with it (`fields-file-…`). Pure. YAML or JSON:
 * `fields: {Account: [{fieldName, displayName, valueType, …}]}`, the body of the hosted platform's call without its group.
 */
export function parseFieldsFile(
  file: string,
  bytes: Uint8Array,
): { definitions: FieldDefinition[]; diagnostics: Diagnostic[] } {
  const decoded = decodeBytes(bytes);
  const reader = new FileReader(file, decoded.text);
  if (decoded.fault) {
    const problem = decoded.fault.kind === 'size' ? 'is larger than 1 MiB' : 'is not UTF-8 text';
    reader.report({ start: 0, end: 0 }, 'fields-file-yaml', `${file} ${problem}.`);
    return { definitions: [], diagnostics: reader.diagnostics };
  }
  const { root, faults } = parseFast(decoded.text) ?? parseFully(decoded.text);
  for (const fault of faults) reportFault(reader, fault, decoded.text);
  if (!root || faults.length > 0) {
    if (faults.length === 0) reader.report({ start: 0, end: 0 }, 'fields-file-yaml', `${file} is empty.`);
    return { definitions: [], diagnostics: reader.diagnostics };
  }
  const { definitions } = new Parser(reader).parse(root);
  return { definitions, diagnostics: reader.diagnostics };
}

function reportFault(reader: FileReader, fault: ParseFault, text: string): void {
  if (fault.kind === 'syntax') {
    const { message, hint } = explainSyntaxFault(fault, text);
    reader.report(fault, 'fields-file-yaml', message, hint);
    return;
  }
  const messages = {
    limits: 'The file nests or repeats more than a list of fields can need.',
    'second-document': 'The file holds a second YAML document.',
    'key-not-text': 'A key is not text.',
    'unknown-tag': 'A YAML tag means nothing here.',
  };
  reader.report(fault, 'fields-file-yaml', messages[fault.kind]);
}

const keys = {
  fieldName: { type: 'text' },
  displayName: { type: 'text' },
  valueType: { type: 'text', choices: fieldValueTypes },
  description: { type: 'text' },
  required: { type: 'boolean' },
  unique: { type: 'boolean' },
  indexed: { type: 'boolean' },
  stringOptions: {
    type: 'block',
    keys: {
      length: { type: 'integer', min: 1, max: 131_072 },
      numDisplayLines: { type: 'integer', min: 1, max: 50 },
      values: { type: 'texts' },
      valuesRestricted: { type: 'boolean' },
      defaultValue: { type: 'text' },
    },
  },
  numericOptions: {
    type: 'block',
    keys: {
      precision: { type: 'integer', min: 1, max: 18 },
      scale: { type: 'integer', min: 0, max: 17 },
      defaultValue: { type: 'number' },
    },
  },
  association: {
    type: 'block',
    keys: {
      targetObject: { type: 'text' },
      onDelete: { type: 'text', choices: onDeleteChoices },
      reverseLookupFieldName: { type: 'text' },
    },
  },
} as const satisfies Record<string, Shape>;

type Entry = ReturnType<FileReader['block']> & { node: YamlNode; objectName: string };

class Parser {
  readonly definitions: FieldDefinition[] = [];
  readonly #reader: FileReader;
  readonly #seen = new Set<string>();

  constructor(reader: FileReader) {
    this.#reader = reader;
  }

  parse(root: YamlNode): this {
    const reader = this.#reader;
    const top = reader.members(root, 'The file');
    const fields = top.find(({ key }) => key.text === 'fields');
    for (const { key } of top)
      if (key.text !== 'fields')
        reader.report(key, 'fields-file-key', `The file has no key ${quote(key.text)}.`, 'Its only key is fields.');
    if (!fields) {
      const hint = 'Write fields: {Account: [{fieldName: Tier__c, displayName: Tier, valueType: string}]}.';
      if (top.length > 0) reader.report(top[0]!.key, 'fields-file-value', 'The file lists no fields.', hint);
      return this;
    }
    for (const { key, value } of reader.members(fields.value, 'fields')) {
      if (!/^[A-Za-z]\w*$/.test(key.text))
        reader.report(key, 'fields-file-value', `${quote(key.text)} is not an object's API name.`);
      for (const node of reader.items(value, key.text)) {
        const block = reader.block(node, 'a field', keys);
        this.#check({ ...block, node, objectName: key.text });
      }
    }
    return this;
  }

  #check(entry: Entry): void {
    const { values, places, node, objectName } = entry;
    const before = this.#reader.diagnostics.length;
    const whole = firstOf(node.kind === 'alias' ? node.target : node);
    const wrong = (key: string, message: string, hint?: string) =>
      this.#reader.report(places[key] ?? whole, 'fields-file-value', message, hint);
    const missing = ['fieldName', 'displayName', 'valueType'].filter((key) => values[key] === undefined);
    // One that is there and unusable has been told already.
    for (const key of missing.filter((key) => !places[key])) wrong(key, `The field has no ${key}.`);
    if (missing.length > 0) return;
    const definition = { objectName, ...values } as unknown as FieldDefinition;
    checkName(definition, wrong);
    checkOptions(definition, wrong);
    const id = `${objectName}.${definition.fieldName}`.toLowerCase();
    if (this.#seen.has(id)) wrong('fieldName', `${objectName}.${definition.fieldName} is listed twice.`);
    this.#seen.add(id);
    if (this.#reader.diagnostics.length === before) this.definitions.push(definition);
  }
}

type Wrong = (key: string, message: string, hint?: string) => void;

function checkName({ fieldName, displayName }: FieldDefinition, wrong: Wrong): void {
  if (!/__c$/i.test(fieldName)) {
    const hint = `Write ${fieldName.replace(/\W+/g, '_')}__c.`;
    wrong('fieldName', `${quote(fieldName)} is not the name of a custom field: those end in __c.`, hint);
  } else if (!/^[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*__c$/.test(fieldName) || fieldName.length > 43) {
    wrong(
      'fieldName',
      `${quote(fieldName)} is not a name Salesforce takes.`,
      'Letters, digits and single underscores, starting with a letter, at most 40 before __c.',
    );
  }
  if (displayName.length > 40) wrong('displayName', `The label has ${displayName.length} characters; 40 are allowed.`);
}

function checkOptions(definition: FieldDefinition, wrong: Wrong): void {
  const { valueType, stringOptions = {}, numericOptions = {}, unique, indexed, required } = definition;
  const select = valueType === 'singleSelect' || valueType === 'multiSelect';
  const number = valueType === 'int' || valueType === 'float';
  const long = valueType === 'string' && (stringOptions.length ?? 0) > 255;
  if (definition.stringOptions && !select && valueType !== 'string')
    wrong('stringOptions', `stringOptions means nothing for a ${valueType} field.`);
  if (definition.numericOptions && !number)
    wrong('numericOptions', `numericOptions means nothing for a ${valueType} field.`);
  if (select && (stringOptions.values ?? []).length === 0)
    wrong('stringOptions', `A ${valueType} field needs its choices.`, 'List them as stringOptions.values.');
  if (!select && stringOptions.values) wrong('stringOptions', 'Only select fields have values.');
  if (select && stringOptions.defaultValue && !stringOptions.values?.includes(stringOptions.defaultValue))
    wrong('stringOptions', `The default ${quote(stringOptions.defaultValue)} is not one of the values.`);
  if (new Set(stringOptions.values).size < (stringOptions.values?.length ?? 0))
    wrong('stringOptions', 'A value is listed twice.');
  const scale = numericOptions.scale ?? 0;
  if (valueType === 'int' && scale > 0) wrong('numericOptions', 'An int field has no digits behind the point.');
  if (scale >= (numericOptions.precision ?? 18))
    wrong('numericOptions', 'scale must be smaller than precision, the digits in all.');
  if ((unique || indexed) && (long || !(valueType === 'string' || number)))
    wrong(unique ? 'unique' : 'indexed', 'Only short texts and numbers can be unique or indexed.');
  if (valueType === 'boolean' && required) wrong('required', 'A boolean always has a value: it cannot be required.');
  if (long && required) wrong('required', 'Salesforce has no required long texts.');
  if (valueType === 'reference' && !definition.association)
    wrong('valueType', 'A reference needs the object it refers to.', 'Give association: {targetObject: Account}.');
  if (valueType !== 'reference' && definition.association)
    wrong('association', 'association belongs to a field of valueType reference.');
  if (definition.association && !definition.association.targetObject)
    wrong('association', 'The association has no targetObject.');
  if (required && definition.association?.onDelete === 'setNull')
    wrong('association', 'A required reference cannot be emptied when its record goes.', 'Use onDelete: restrict.');
}
