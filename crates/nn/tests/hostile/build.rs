//! Writes small TensorFlow Lite files, valid and invalid ones.

/// A field of a table.
#[derive(Clone, Debug)]
pub enum Field {
    /// A number of eight bits.
    Byte(i8),
    /// A number of 32 bits.
    Word(i32),
    /// A table in a table.
    Table(Table),
    /// A vector of bytes.
    Bytes(Vec<u8>),
    /// A vector of numbers.
    Words(Vec<i32>),
    /// A vector of tables.
    Tables(Vec<Table>),
}

/// A FlatBuffers table: fields by their number.
#[derive(Clone, Debug, Default)]
pub struct Table(pub Vec<(usize, Field)>);

/// A place for an offset still to write, and its target.
type Pending<'a> = (usize, &'a Field);

impl Table {
    /// A whole file with this table as its root.
    pub fn file(&self) -> Vec<u8> {
        let mut bytes = b"\0\0\0\0TFL3".to_vec();
        let at = self.write(&mut bytes);
        bytes[..4].copy_from_slice(&(at as u32).to_le_bytes());
        bytes
    }

    /// Appends the table and everything below it; returns its place.
    fn write(&self, bytes: &mut Vec<u8>) -> usize {
        let count = self.0.iter().map(|(i, _)| i + 1).max().unwrap_or(0);
        let mut slots = vec![0_u16; count];
        for (place, (index, _)) in self.0.iter().enumerate() {
            slots[*index] = 4 + 4 * place as u16;
        }
        let vtable = bytes.len();
        let lengths = [4 + 2 * count as u16, 4 + 4 * self.0.len() as u16];
        bytes.extend(lengths.iter().chain(&slots).flat_map(|n| n.to_le_bytes()));
        let at = bytes.len();
        bytes.extend(((at - vtable) as i32).to_le_bytes());
        let mut pending: Vec<Pending<'_>> = Vec::new();
        for (_, field) in &self.0 {
            match field {
                Field::Byte(n) => bytes.extend([*n as u8, 0, 0, 0]),
                Field::Word(n) => bytes.extend(n.to_le_bytes()),
                other => {
                    pending.push((bytes.len(), other));
                    bytes.extend([0; 4]);
                }
            }
        }
        for (slot, field) in pending {
            let target = field.write(bytes);
            patch(bytes, slot, target);
        }
        at
    }
}

impl Field {
    fn write(&self, bytes: &mut Vec<u8>) -> usize {
        if let Self::Table(table) = self {
            return table.write(bytes);
        }
        let at = bytes.len();
        match self {
            Self::Bytes(values) => {
                bytes.extend((values.len() as u32).to_le_bytes());
                bytes.extend(values);
            }
            Self::Words(values) => {
                bytes.extend((values.len() as u32).to_le_bytes());
                bytes.extend(values.iter().flat_map(|n| n.to_le_bytes()));
            }
            Self::Tables(tables) => {
                bytes.extend((tables.len() as u32).to_le_bytes());
                let first = bytes.len();
                bytes.resize(first + 4 * tables.len(), 0);
                for (i, table) in tables.iter().enumerate() {
                    let target = table.write(bytes);
                    patch(bytes, first + 4 * i, target);
                }
            }
            Self::Byte(_) | Self::Word(_) | Self::Table(_) => {}
        }
        at
    }
}

fn patch(bytes: &mut [u8], slot: usize, target: usize) {
    bytes[slot..slot + 4].copy_from_slice(&((target - slot) as u32).to_le_bytes());
}

/// A tensor: its dimensions, its type, and its stored bytes.
#[derive(Clone, Debug)]
pub struct Tensor {
    pub dims: Vec<i32>,
    pub kind: i8,
    pub stored: Vec<u8>,
}

impl Tensor {
    /// One that is computed.
    pub fn computed(dims: &[i32]) -> Self {
        Self { dims: dims.to_vec(), kind: 0, stored: vec![] }
    }

    /// Stored float32, all 0.1.
    pub fn floats(dims: &[i32]) -> Self {
        let count = dims.iter().product::<i32>() as usize;
        Self { dims: dims.to_vec(), kind: 0, stored: 0.1_f32.to_le_bytes().repeat(count) }
    }

    /// Stored int32.
    pub fn ints(values: &[i32]) -> Self {
        let stored = values.iter().flat_map(|n| n.to_le_bytes()).collect();
        Self { dims: vec![values.len() as i32], kind: 2, stored }
    }
}

/// An operator: its code, inputs, output, options, and a custom operator's name and options.
#[derive(Clone, Debug)]
pub struct Operator {
    pub code: i32,
    pub inputs: Vec<i32>,
    pub output: i32,
    pub options: Vec<(usize, Field)>,
    pub custom: Option<(&'static str, Vec<u8>)>,
}

impl Operator {
    pub fn new(code: i32, inputs: &[i32], output: i32, options: Vec<(usize, Field)>) -> Self {
        Self { code, inputs: inputs.to_vec(), output, options, custom: None }
    }
}

/// A file with one graph.
#[derive(Clone, Debug)]
pub struct Net {
    pub tensors: Vec<Tensor>,
    pub operators: Vec<Operator>,
    pub inputs: Vec<i32>,
    pub outputs: Vec<i32>,
}

impl Net {
    /// A valid one: 4x4x3 -> CONV_2D to 8 channels -> the transposed convolution to 8x8 ->
    /// LOGISTIC.
    pub fn right() -> Self {
        let window = vec![(1, Field::Word(1)), (2, Field::Word(1)), (3, Field::Byte(1))];
        let same_by_two = [1, 2, 2].iter().flat_map(|n: &i32| n.to_le_bytes()).collect();
        let mut transposed = Operator::new(32, &[4, 5, 6], 7, vec![]);
        transposed.custom = Some(("Convolution2DTransposeBias", same_by_two));
        Self {
            tensors: vec![
                Tensor::computed(&[1, 4, 4, 3]),
                Tensor::floats(&[8, 1, 1, 3]),
                Tensor::floats(&[8]),
                Tensor::computed(&[1, 4, 4, 8]),
                Tensor::computed(&[1, 4, 4, 8]),
                Tensor::floats(&[1, 2, 2, 8]),
                Tensor::floats(&[1]),
                Tensor::computed(&[1, 8, 8, 1]),
                Tensor::computed(&[1, 8, 8, 1]),
            ],
            operators: vec![
                Operator::new(3, &[0, 1, 2], 3, window),
                Operator::new(117, &[3], 4, vec![]),
                transposed,
                Operator::new(14, &[7], 8, vec![]),
            ],
            inputs: vec![0],
            outputs: vec![8],
        }
    }

    /// The root table. Each operator has its own code, each tensor its own buffer.
    pub fn table(&self) -> Table {
        let code = |o: &Operator| {
            let mut code = vec![(0, Field::Byte(o.code.min(127) as i8)), (3, Field::Word(o.code))];
            code.extend(o.custom.iter().map(|(n, _)| (1, Field::Bytes(n.as_bytes().to_vec()))));
            Table(code)
        };
        let operator = |(i, o): (usize, &Operator)| {
            let mut fields = vec![
                (0, Field::Word(i as i32)),
                (1, Field::Words(o.inputs.clone())),
                (2, Field::Words(vec![o.output])),
                (4, Field::Table(Table(o.options.clone()))),
            ];
            fields.extend(o.custom.iter().map(|(_, options)| (5, Field::Bytes(options.clone()))));
            Table(fields)
        };
        let tensor = |(i, t): (usize, &Tensor)| {
            let shape = (0, Field::Words(t.dims.clone()));
            Table(vec![shape, (1, Field::Byte(t.kind)), (2, Field::Word(i as i32))])
        };
        let graph = Table(vec![
            (0, Field::Tables(self.tensors.iter().enumerate().map(tensor).collect())),
            (1, Field::Words(self.inputs.clone())),
            (2, Field::Words(self.outputs.clone())),
            (3, Field::Tables(self.operators.iter().enumerate().map(operator).collect())),
        ]);
        let buffer = |t: &Tensor| Table(vec![(0, Field::Bytes(t.stored.clone()))]);
        Table(vec![
            (0, Field::Word(3)),
            (1, Field::Tables(self.operators.iter().map(code).collect())),
            (2, Field::Tables(vec![graph])),
            (4, Field::Tables(self.tensors.iter().map(buffer).collect())),
        ])
    }

    /// The whole file.
    pub fn file(&self) -> Vec<u8> {
        self.table().file()
    }
}
