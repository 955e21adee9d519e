import type { Database } from '../../../../store/database.ts';
import type { CustomField, DuplicateRule, EmulatorClock, OrgSchema, ValidationRule } from '../org.ts';
import { SalesforceFault } from '../org.ts';
import { compileFormula } from '../soql/formula.ts';
import { addColumns, createTable, dropColumn } from './columns.ts';
import { customFieldDefinitions } from './custom-field.ts';
import { customObject } from './custom-object.ts';
import { renderGlobalDescribe, renderObjectDescribe } from './describe.ts';
import type { FieldDefinition } from './field.ts';
import type { ObjectDefinition } from './object.ts';
import { standardObjects } from './objects/index.ts';
import type { SchemaChange } from './schema-changes.ts';
import { SchemaChanges } from './schema-changes.ts';

export interface FieldAccess {
  readable: boolean;
  editable: boolean;
}

export interface ChildRelationship {
  child: ObjectDefinition;
  field: FieldDefinition;
}

interface SchemaObject {
  definition: ObjectDefinition;
  /** By lower-case name. */
  fields: Map<string, FieldDefinition>;
  changedAt: number;
}

/** Standard objects from code, then every admin change in order, kept in the org's own file. */
export class Schema implements OrgSchema {
  readonly #objects = new Map<string, SchemaObject>();
  readonly #access = new Map<string, FieldAccess>();
  readonly #validation = new Map<string, ValidationRule>();
  readonly #duplicates = new Map<string, DuplicateRule>();
  readonly #db: Database;
  readonly #changes: SchemaChanges;
  readonly #clock: EmulatorClock;
  #children: Map<string, ChildRelationship[]> | undefined;
  #changedAt: number;

  constructor(db: Database, clock: EmulatorClock) {
    this.#db = db;
    this.#clock = clock;
    this.#changes = new SchemaChanges(db);
    const changes = this.#changes.read();
    this.#changedAt = changes[0]?.at ?? clock.now();
    for (const definition of standardObjects) {
      this.#add({ ...definition, fields: [...definition.fields] }, this.#changedAt);
    }
    for (const { change, at } of changes) this.#apply(change, at);
  }

  /** Definitions in the order they were made. */
  objects(): ObjectDefinition[] {
    return [...this.#objects.values()].map((object) => object.definition);
  }

  find(name: string): ObjectDefinition | undefined {
    return this.#objects.get(name.toLowerCase())?.definition;
  }

  /** Throws SalesforceFault NOT_FOUND (404). */
  get(name: string): ObjectDefinition {
    const definition = this.find(name);
    if (!definition) throw new SalesforceFault(404, 'NOT_FOUND', 'The requested resource does not exist');
    return definition;
  }

  /** A field this user may see; without a user, any field. */
  field(object: ObjectDefinition, name: string, userId?: string): FieldDefinition | undefined {
    const found = this.#objects.get(object.name.toLowerCase())?.fields.get(name.toLowerCase());
    return found && (userId === undefined || this.access(object, found, userId).readable) ? found : undefined;
  }

  fields(object: ObjectDefinition, userId: string): FieldDefinition[] {
    if (this.#access.size === 0) return object.fields;
    return object.fields.filter((field) => this.access(object, field, userId).readable);
  }

  access(object: ObjectDefinition, field: FieldDefinition, userId: string): FieldAccess {
    return this.#access.get(accessKey(object.name, field.name, userId)) ?? { readable: true, editable: true };
  }

  /** Every field of any object that refers to this one. */
  children(object: ObjectDefinition): ChildRelationship[] {
    this.#children ??= this.#findChildren();
    return this.#children.get(object.name) ?? [];
  }

  objectName(name: string): string | undefined {
    return this.find(name)?.name;
  }

  isTriggerable(name: string): boolean {
    return this.get(name).triggerable;
  }

  objectOfId(id: string): ObjectDefinition | undefined {
    const prefix = id.slice(0, 3);
    return this.objects().find((object) => object.keyPrefix === prefix);
  }

  describeGlobal(_userId: string, apiVersion: string): unknown {
    return renderGlobalDescribe(this.objects(), apiVersion);
  }

  describe(object: string, userId: string, apiVersion: string): unknown {
    return renderObjectDescribe(this, this.get(object), userId, apiVersion);
  }

  changedAt(object?: string): number {
    return object === undefined
      ? this.#changedAt
      : (this.#objects.get(object.toLowerCase())?.changedAt ?? this.#changedAt);
  }

  createObject(definition: { name: string; label?: string; fields?: CustomField[] }): void {
    const { name } = definition;
    if (!/^[A-Za-z][A-Za-z0-9_]*__[ce]$/.test(name)) {
      throw new SalesforceFault(400, 'INVALID_TYPE', `Invalid custom object name: ${name}`);
    }
    if (!this.find(name)) {
      const label = definition.label ?? name.replace(/__c$/, '').replaceAll('_', ' ');
      this.#change({ kind: 'object', name, label, prefix: this.#nextPrefix() });
    }
    for (const field of definition.fields ?? []) this.createField(name, field);
  }

  createField(object: string, field: CustomField): void {
    const target = this.get(object);
    if (this.field(target, field.name)) this.deleteField(object, field.name);
    customFieldDefinitions(field);
    this.#change({ kind: 'field', object: target.name, field });
  }

  changeField(object: string, field: CustomField): void {
    const target = this.get(object);
    if (!this.field(target, field.name)?.custom)
      throw new SalesforceFault(400, 'INVALID_FIELD', `Not a custom field of ${target.name}: ${field.name}`);
    customFieldDefinitions(field);
    this.#change({ kind: 'alter', object: target.name, field });
  }

  deleteField(object: string, field: string): void {
    const target = this.get(object);
    const found = this.field(target, field);
    if (!found?.custom)
      throw new SalesforceFault(400, 'INVALID_FIELD', `Not a custom field of ${target.name}: ${field}`);
    this.#change({ kind: 'drop', object: target.name, field: found.name });
  }

  setFieldAccess(object: string, field: string, userId: string, access: FieldAccess): void {
    const target = this.get(object);
    const found = this.field(target, field);
    if (!found)
      throw new SalesforceFault(400, 'INVALID_FIELD', `No such column '${field}' on sobject of type ${target.name}`);
    this.#change({ kind: 'access', object: target.name, field: found.name, userId, access });
  }

  setValidationRule(rule: ValidationRule): void {
    const object = this.get(rule.object);
    compileFormula(rule.formula, { field: (parts) => ({ sql: parts.join('.'), type: 'string' }), now: 0, zone: 'UTC' });
    this.#change({ kind: 'validation', rule: { ...rule, object: object.name } });
  }

  setDuplicateRule(rule: DuplicateRule): void {
    const object = this.get(rule.object);
    const fields = rule.fields.map((name) => {
      const field = this.field(object, name);
      if (!field)
        throw new SalesforceFault(400, 'INVALID_FIELD', `No such column '${name}' on sobject of type ${object.name}`);
      return field.name;
    });
    this.#change({ kind: 'duplicates', rule: { ...rule, object: object.name, fields } });
  }

  validationRules(object: ObjectDefinition): ValidationRule[] {
    return [...this.#validation.values()].filter((rule) => rule.object === object.name && rule.active !== false);
  }

  duplicateRules(object: ObjectDefinition): DuplicateRule[] {
    return [...this.#duplicates.values()].filter((rule) => rule.object === object.name && rule.active !== false);
  }

  #change(change: SchemaChange): void {
    const at = this.#clock.now();
    this.#db.transaction(() => {
      this.#apply(change, at);
      this.#changes.append(change, at);
    });
  }

  #apply(change: SchemaChange, at: number): void {
    if (change.kind === 'object') this.#add(customObject(change), at);
    else if (change.kind === 'validation')
      this.#validation.set(`${change.rule.object}/${change.rule.name}`, change.rule);
    else if (change.kind === 'duplicates')
      this.#duplicates.set(`${change.rule.object}/${change.rule.name}`, change.rule);
    else if (change.kind === 'access') {
      this.#access.set(accessKey(change.object, change.field, change.userId), change.access);
      this.#touch(change.object, at);
    } else if (change.kind === 'field') this.#addFields(change.object, customFieldDefinitions(change.field), at);
    else if (change.kind === 'alter') this.#alterField(change.object, customFieldDefinitions(change.field), at);
    else this.#dropField(change.object, change.field, at);
  }

  #add(definition: ObjectDefinition, at: number): void {
    createTable(this.#db, definition);
    // A file made by an older version lacks the fields that came since.
    addColumns(this.#db, definition, definition.fields);
    const fields = new Map(definition.fields.map((field) => [field.name.toLowerCase(), field]));
    this.#objects.set(definition.name.toLowerCase(), { definition, fields, changedAt: at });
    this.#touch(definition.name, at);
  }

  #addFields(objectName: string, fields: FieldDefinition[], at: number): void {
    const object = this.#objects.get(objectName.toLowerCase())!;
    addColumns(this.#db, object.definition, fields);
    for (const field of fields) {
      object.definition.fields.push(field);
      object.fields.set(field.name.toLowerCase(), field);
    }
    this.#touch(objectName, at);
  }

  /** The column stays as it is: SQLite holds any length, and a changed type is refused before. */
  #alterField(objectName: string, fields: FieldDefinition[], at: number): void {
    const object = this.#objects.get(objectName.toLowerCase())!;
    for (const field of fields) {
      const index = object.definition.fields.findIndex(({ name }) => name.toLowerCase() === field.name.toLowerCase());
      object.definition.fields[index] = field;
      object.fields.set(field.name.toLowerCase(), field);
    }
    this.#touch(objectName, at);
  }

  #dropField(objectName: string, fieldName: string, at: number): void {
    const object = this.#objects.get(objectName.toLowerCase())!;
    const doomed = object.definition.fields.filter((f) => f.name === fieldName || f.compoundFieldName === fieldName);
    for (const field of doomed) {
      dropColumn(this.#db, object.definition, field);
      object.fields.delete(field.name.toLowerCase());
    }
    object.definition.fields = object.definition.fields.filter((field) => !doomed.includes(field));
    this.#touch(objectName, at);
  }

  #touch(objectName: string, at: number): void {
    const object = this.#objects.get(objectName.toLowerCase());
    if (object) object.changedAt = at;
    this.#changedAt = Math.max(this.#changedAt, at);
    this.#children = undefined;
  }

  #findChildren(): Map<string, ChildRelationship[]> {
    const children = new Map<string, ChildRelationship[]>();
    for (const { definition } of this.#objects.values()) {
      for (const field of definition.fields) {
        for (const parent of field.referenceTo) {
          const list = children.get(parent) ?? [];
          list.push({ child: definition, field });
          children.set(parent, list);
        }
      }
    }
    return children;
  }

  #nextPrefix(): string {
    const custom = this.objects().filter((object) => object.custom).length;
    return `a${custom.toString(36).toUpperCase().padStart(2, '0')}`;
  }
}

const accessKey = (object: string, field: string, userId: string) => `${userId}/${object}/${field}`.toLowerCase();
