//! Personal data that does not show itself by accident.

use serde::{Deserialize, Serialize};

/// A value about a person. `Debug` hides it; whoever needs it calls [`Sensitive::expose`] and says why in a comment.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sensitive<T>(T);

impl<T> Sensitive<T> {
    /// Wraps a value.
    #[must_use]
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value in the clear. Each call carries `// EXPOSE: why`.
    #[must_use]
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// Gives the value away.
    #[must_use]
    pub fn into_exposed(self) -> T {
        self.0
    }
}

impl<T> std::fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[sensitive]")
    }
}

impl From<&str> for Sensitive<String> {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_never_contains_the_value() {
        let name = Sensitive::from("Alma");
        assert_eq!(
            format!("{name:?} {:?}", Some(&name)),
            "[sensitive] Some([sensitive])"
        );
    }
}
