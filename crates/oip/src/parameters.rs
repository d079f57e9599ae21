//! What else is said of a request or a tensor.

use crate::limits::PARAMETERS;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::fmt;

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Parameter {
    /// Yes or no.
    Bool(bool),
    /// A number.
    Int(i64),
    /// A number with a fraction, or too large for the other.
    Float(f64),
    /// A text.
    Text(String),
}

/// Parameters by name, in their order, each once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parameters(Vec<(String, Parameter)>);

impl Parameters {
    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&Parameter> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The value of a name, if it is yes or no.
    pub fn flag(&self, name: &str) -> Option<bool> {
        if let Some(Parameter::Bool(flag)) = self.get(name) { Some(*flag) } else { None }
    }

    /// The value of a name, if it is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        if let Some(Parameter::Text(text)) = self.get(name) { Some(text) } else { None }
    }

    /// The value of a name, if it is a number that isn't negative.
    pub fn size(&self, name: &str) -> Option<u64> {
        if let Some(Parameter::Int(size)) = self.get(name) {
            u64::try_from(*size).ok()
        } else {
            None
        }
    }

    /// Sets the value of a name.
    pub fn set(&mut self, name: &str, value: Parameter) {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => *known = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    /// Takes a name out.
    pub(crate) fn remove(&mut self, name: &str) {
        self.0.retain(|(known, _)| known != name);
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each with its name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Parameter)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

impl Serialize for Parameters {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            match value {
                Parameter::Bool(value) => map.serialize_entry(name, value)?,
                Parameter::Int(value) => map.serialize_entry(name, value)?,
                Parameter::Float(value) => map.serialize_entry(name, value)?,
                Parameter::Text(value) => map.serialize_entry(name, value)?,
            }
        }
        map.end()
    }
}

struct ValueVisitor;

impl Visitor<'_> for ValueVisitor {
    type Value = Parameter;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a parameter: true, false, a number or a text")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Parameter, E> {
        Ok(Parameter::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Parameter, E> {
        Ok(Parameter::Int(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Parameter, E> {
        Ok(i64::try_from(value).map_or(Parameter::Float(value as f64), Parameter::Int))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Parameter, E> {
        Ok(Parameter::Float(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Parameter, E> {
        Ok(Parameter::Text(value.to_owned()))
    }
}

impl<'de> Deserialize<'de> for Parameter {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ValueVisitor)
    }
}

struct MapVisitor;

impl<'de> Visitor<'de> for MapVisitor {
    type Value = Parameters;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("parameters by name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Parameters, A::Error> {
        let mut all = Parameters::default();
        while let Some((name, value)) = map.next_entry::<String, Parameter>()? {
            if all.0.len() == PARAMETERS {
                let words = format!("there are at most {PARAMETERS} parameters");
                return Err(A::Error::custom(words));
            }
            all.set(&name, value);
        }
        Ok(all)
    }
}

impl<'de> Deserialize<'de> for Parameters {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(MapVisitor)
    }
}
