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

    /// Another valid one, with what larger networks have: patches of a picture that are looked at together, how
    /// much each pixel counts, and classes in the end.
    pub fn attentive() -> Self {
        let window = || vec![(1, Field::Word(1)), (2, Field::Word(1))];
        let beta = vec![(0, Field::Word(1.0_f32.to_bits().cast_signed()))];
        let keeps = vec![(0, Field::Byte(1))];
        let by_two = window().into_iter().map(|(field, _)| (field, Field::Word(2))).collect();
        let op = Operator::new;
        let mut net = Self { tensors: vec![], operators: vec![], inputs: vec![0], outputs: vec![] };
        let mut add = |tensor: Tensor| {
            net.tensors.push(tensor);
            net.tensors.len() as i32 - 1
        };
        let input = add(Tensor::computed(&[1, 4, 4, 3]));
        let order = add(Tensor::ints(&[0, 2, 1, 3]));
        let some = add(Tensor::ints(&[1]));
        let axis = add(Tensor::ints(&[2]));
        let side = add(Tensor::ints(&[8, 8]));
        let eight = add(Tensor::floats(&[8]));
        let one = add(Tensor::floats(&[1]));
        let six = add(Tensor::floats(&[6]));
        let widen = add(Tensor::floats(&[8, 1, 1, 3]));
        let judge = add(Tensor::floats(&[1, 1, 1, 8]));
        let double = add(Tensor::floats(&[8, 2, 2, 8]));
        let tell = add(Tensor::floats(&[6, 1, 1, 8]));
        let mut value = |dims: &[i32]| add(Tensor::computed(dims));
        let wide = value(&[1, 4, 4, 8]);
        let rows = value(&[2, 2, 2, 16]);
        let patches = value(&[2, 2, 2, 16]);
        let pixels = value(&[1, 4, 4, 8]);
        let places = value(&[1, 4, 4, 8]);
        let scaled = value(&[1, 4, 4, 8]);
        let moved = value(&[1, 4, 4, 8]);
        let judged = value(&[1, 4, 4, 1]);
        let flat = value(&[1, 4, 1, 4]);
        let shares = value(&[1, 4, 1, 4]);
        let weights = value(&[1, 4, 4, 1]);
        let weighed = value(&[1, 4, 4, 8]);
        let sums = value(&[1, 4, 1, 8]);
        let told = value(&[1, 4, 4, 8]);
        let large = value(&[1, 8, 8, 8]);
        let larger = value(&[1, 16, 16, 8]);
        let classes = value(&[1, 16, 16, 6]);
        net.operators = vec![
            op(3, &[input, widen, eight], wide, window()),
            op(22, &[wide, some], rows, vec![]),
            op(39, &[rows, order], patches, vec![]),
            op(22, &[patches, some], pixels, vec![]),
            op(39, &[pixels, order], places, vec![]),
            op(18, &[places, eight], scaled, vec![]),
            op(0, &[eight, scaled], moved, vec![]),
            op(3, &[moved, judge, one], judged, window()),
            op(22, &[judged, some], flat, vec![]),
            op(25, &[flat], shares, beta),
            op(22, &[shares, some], weights, vec![]),
            op(18, &[moved, weights], weighed, vec![]),
            op(74, &[weighed, axis], sums, keeps),
            op(18, &[moved, sums], told, vec![]),
            op(97, &[told, side], large, vec![]),
            op(67, &[some, double, large, eight], larger, by_two),
            op(3, &[larger, tell, six], classes, window()),
        ];
        net.outputs = vec![classes];
        net
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
