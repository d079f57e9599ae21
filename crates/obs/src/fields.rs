//! What a request says, looked at as it is taken.

use crate::status::Failure;
use serde_json::{Map, Value};

/// The data of a request.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a>(pub Option<&'a Map<String, Value>>);

impl<'a> Fields<'a> {
    /// A field that may be missing, or null.
    fn given(self, name: &str) -> Option<&'a Value> {
        self.0?.get(name).filter(|value| !value.is_null())
    }

    fn needed<T>(self, name: &str, given: Option<T>) -> Result<T, Failure> {
        given.ok_or_else(|| match self.0 {
            Some(_) => Failure::new(Failure::MISSING, format!("the field `{name}` is missing")),
            None => Failure::new(Failure::NO_DATA, format!("`requestData` lacks `{name}`")),
        })
    }

    /// A text that may be missing.
    pub fn text_if(self, name: &str) -> Result<Option<&'a str>, Failure> {
        match self.given(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.is_empty() => {
                Err(Failure::new(Failure::EMPTY, format!("the field `{name}` is empty")))
            }
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(other_type(name, "text")),
        }
    }

    /// A text.
    pub fn text(self, name: &str) -> Result<&'a str, Failure> {
        let given = self.text_if(name)?;
        self.needed(name, given)
    }

    /// True or false.
    pub fn flag(self, name: &str) -> Result<bool, Failure> {
        match self.needed(name, self.given(name))? {
            Value::Bool(flag) => Ok(*flag),
            _ => Err(other_type(name, "truth value")),
        }
    }

    /// A number of a range that may be missing.
    pub fn number_if(self, name: &str, min: f64, max: f64) -> Result<Option<f64>, Failure> {
        let Some(value) = self.given(name) else { return Ok(None) };
        let number = value.as_f64().ok_or_else(|| other_type(name, "number"))?;
        if (min..=max).contains(&number) {
            return Ok(Some(number));
        }
        let comment = format!("the field `{name}` takes a number from {min} to {max}");
        Err(Failure::new(Failure::RANGE, comment))
    }

    /// A number of a range.
    pub fn number(self, name: &str, min: f64, max: f64) -> Result<f64, Failure> {
        let given = self.number_if(name, min, max)?;
        self.needed(name, given)
    }

    /// An object.
    pub fn object(self, name: &str) -> Result<&'a Map<String, Value>, Failure> {
        match self.needed(name, self.given(name))? {
            Value::Object(object) => Ok(object),
            _ => Err(other_type(name, "object")),
        }
    }
}

fn other_type(name: &str, wanted: &str) -> Failure {
    Failure::new(Failure::TYPE, format!("the field `{name}` takes a {wanted}"))
}
