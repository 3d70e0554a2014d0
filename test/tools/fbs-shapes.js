/** Reads the FlatBuffers schema language as far as `schemas/tflite.fbs` uses it: which fields a table has, and where. */

const SCALARS = {
  bool: 'bool',
  byte: 'int8',
  ubyte: 'uint8',
  short: 'int16',
  ushort: 'uint16',
  int: 'int32',
  int32: 'int32',
  uint: 'uint32',
  long: 'int64',
  ulong: 'uint64',
  float: 'float32',
  double: 'float64',
};

/** `A = 1, B = 2` as [name, number] pairs; a member without a number follows the one before. */
function parseMembers(body, first) {
  let next = first;
  return body
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '')
    .map((member) => {
      const [name, number] = member.split('=').map((part) => part.trim());
      next = number === undefined ? next : Number(number);
      return [name, next++];
    });
}

function parseDeclarations(text) {
  const source = text.replace(/\/\/.*$/gm, '');
  const enums = new Map();
  const unions = new Map();
  const tables = new Map();
  for (const [, name, base, body] of source.matchAll(/\benum\s+(\w+)\s*:\s*(\w+)\s*\{([^}]*)\}/g)) {
    enums.set(name, { base, members: new Map(parseMembers(body, 0)) });
  }
  for (const [, name, body] of source.matchAll(/\bunion\s+(\w+)\s*\{([^}]*)\}/g)) {
    unions.set(name, parseMembers(body, 1));
  }
  for (const [, name, body] of source.matchAll(/\btable\s+(\w+)\s*\{([^}]*)\}/g)) {
    const fields = body
      .split(';')
      .map((field) => field.trim())
      .filter((field) => field !== '')
      .map((field) => {
        const match = /^(\w+)\s*:\s*(\[?)(\w+)\]?\s*(?:=\s*([^\s(]+))?\s*(?:\(([^)]*)\))?$/.exec(field);
        if (match === null) throw new Error(`cannot read the field "${field}" of ${name}`);
        const [, fieldName, bracket, type, value, attributes = ''] = match;
        return { name: fieldName, vector: bracket === '[', type, value, attributes };
      });
    tables.set(name, fields);
  }
  return { enums, unions, tables };
}

function scalarShape(id, field, type, members) {
  if (field.vector) {
    const align = /force_align:\s*(\d+)/.exec(field.attributes)?.[1];
    return align === undefined
      ? { id, kind: 'scalars', type }
      : { id, kind: 'scalars', type, align: Number(align) };
  }
  const value = field.value ?? '0';
  const number = value === 'true' ? 1 : value === 'false' ? 0 : (members?.get(value) ?? Number(value));
  return { id, kind: 'scalar', type, default: number };
}

function fieldShape(id, field, { enums, unions, tables }) {
  const { type, vector } = field;
  if (type === 'string') return { id, kind: vector ? 'strings' : 'string' };
  if (type in SCALARS) return scalarShape(id, field, SCALARS[type]);
  if (enums.has(type)) return scalarShape(id, field, SCALARS[enums.get(type).base], enums.get(type).members);
  if (tables.has(type)) return { id, kind: vector ? 'tables' : 'table', table: type };
  if (unions.has(type) && !vector) {
    return {
      id,
      kind: 'union',
      members: Object.fromEntries(unions.get(type).map(([name, n]) => [n, name])),
    };
  }
  throw new Error(`the type ${type} of field ${field.name} is not known`);
}

/** `{ table: { field: shape } }`, as `src/formats/tflite/table-shape.ts` types it. A union takes two ids, its type first. */
export function tableShapes(text) {
  const declarations = parseDeclarations(text);
  const shapes = {};
  for (const [table, fields] of declarations.tables) {
    shapes[table] = {};
    let id = 0;
    for (const field of fields) {
      const shape = fieldShape(id, field, declarations);
      if (shape.kind === 'union') {
        shapes[table][`${field.name}_type`] = { id, kind: 'scalar', type: 'uint8', default: 0 };
        shape.id = ++id;
      }
      if (!field.attributes.includes('deprecated')) shapes[table][field.name] = shape;
      id++;
    }
  }
  return shapes;
}
