//! From rows to a tree: offices by code, departments by name, positions in their places.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::StaffError;
use super::rows::Row;

/// A staffing list that holds together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staffing {
    /// The offices, in the order of the list.
    pub places: Vec<Place>,
    /// The departments, in the order of the list.
    pub departments: Vec<Department>,
    /// The positions, in the order of the list.
    pub positions: Vec<Position>,
}

impl Staffing {
    /// The first offices of the list, with the departments that have people there and those above them.
    #[must_use]
    pub fn first(&self, offices: usize) -> Self {
        let places: Vec<Place> = self.places.iter().take(offices).cloned().collect();
        let here = |code: &String| places.iter().any(|place| place.code == *code);
        let mut names: HashSet<&str> = self.departments.iter().filter(|d| d.places.iter().any(here)).map(|d| &*d.name).collect();
        // Once for each level that there can be.
        for _ in 0..self.departments.len() {
            let above = self.departments.iter().filter(|d| names.contains(&*d.name)).filter_map(|d| d.parent.as_deref());
            names.extend(above.collect::<Vec<_>>());
        }
        let departments = self.departments.iter().filter(|d| names.contains(&*d.name)).cloned().collect();
        let positions = self.positions.iter().filter(|position| here(&position.place)).cloned().collect();
        Self { departments, positions, places }
    }
}

/// An office of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its code, which becomes the office's slug.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// A department, wherever its people sit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Department {
    /// Its name.
    pub name: String,
    /// The department above it.
    pub parent: Option<String>,
    /// Codes of the offices where it has people.
    pub places: Vec<String>,
}

/// A position and how many hold it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// Code of the office.
    #[serde(rename = "office")]
    pub place: String,
    /// Name of the department.
    #[serde(rename = "unit")]
    pub department: String,
    /// What it is called.
    pub title: String,
    /// How many posts.
    pub count: u32,
}

/// Folds rows into offices, departments and positions.
///
/// # Errors
/// Contradictions, unknown parents and circles, with the number of the line.
pub fn fold(rows: &[Row]) -> Result<Staffing, StaffError> {
    let departments = departments(rows)?;
    Ok(Staffing { places: places(rows)?, departments, positions: positions(rows)? })
}

fn places(rows: &[Row]) -> Result<Vec<Place>, StaffError> {
    let (mut by_code, mut by_name) = (HashMap::<&str, &Row>::new(), HashMap::<&str, &Row>::new());
    let mut out = Vec::new();
    for row in rows {
        let known = [by_code.get(&*row.code), by_name.get(&*row.office)];
        match known {
            [None, None] => {
                by_code.insert(&row.code, row);
                by_name.insert(&row.office, row);
                out.push(Place { code: row.code.clone(), name: row.office.clone() });
            }
            [Some(a), Some(b)] if a.line == b.line => {}
            [Some(before), _] | [None, Some(before)] => {
                return Err(StaffError::OfficeClash {
                    line: row.line,
                    name: row.office.clone(),
                    code: row.code.clone(),
                    before: before.line,
                    other: before.office.clone(),
                    other_code: before.code.clone(),
                });
            }
        }
    }
    Ok(out)
}

fn departments(rows: &[Row]) -> Result<Vec<Department>, StaffError> {
    let mut first = HashMap::<&str, (&Row, usize)>::new();
    let mut out = Vec::<Department>::new();
    for row in rows {
        let (before, index) = *first.entry(&row.unit).or_insert_with(|| {
            let parent = Some(row.parent.clone()).filter(|parent| !parent.is_empty());
            out.push(Department { name: row.unit.clone(), parent, places: Vec::new() });
            (row, out.len() - 1)
        });
        if before.parent != row.parent {
            let (unit, parent, other) = (row.unit.clone(), row.parent.clone(), before.parent.clone());
            return Err(StaffError::TwoParents { line: row.line, unit, parent, before: before.line, other });
        }
        if !out[index].places.contains(&row.code) {
            out[index].places.push(row.code.clone());
        }
    }
    if let Some(row) = rows.iter().find(|row| !row.parent.is_empty() && !first.contains_key(&*row.parent)) {
        return Err(StaffError::UnknownParent { line: row.line, unit: row.unit.clone(), parent: row.parent.clone() });
    }
    circle(rows, &first)?;
    Ok(out)
}

fn circle(rows: &[Row], first: &HashMap<&str, (&Row, usize)>) -> Result<(), StaffError> {
    for row in rows {
        let mut path = vec![&*row.unit];
        let mut at = row;
        // Longer than all departments together is a circle that this row only leads into; a row of
        // the circle itself will name it.
        while !at.parent.is_empty() && path.len() <= first.len() {
            path.push(&at.parent);
            if at.parent == row.unit {
                return Err(StaffError::Cycle { line: row.line, circle: path.join(" → ") });
            }
            at = first[&*at.parent].0;
        }
    }
    Ok(())
}

fn positions(rows: &[Row]) -> Result<Vec<Position>, StaffError> {
    let mut seen = HashMap::<(&str, &str, &str), u64>::new();
    for row in rows {
        if let Some(before) = seen.insert((&row.code, &row.unit, &row.position), row.line) {
            return Err(StaffError::Duplicate {
                line: row.line,
                before,
                office: row.office.clone(),
                unit: row.unit.clone(),
                position: row.position.clone(),
            });
        }
    }
    let position =
        |row: &Row| Position { place: row.code.clone(), department: row.unit.clone(), title: row.position.clone(), count: row.count };
    Ok(rows.iter().map(position).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(list: &[(&str, &str, &str, &str)]) -> Vec<Row> {
        let row = |(i, (code, unit, parent, position)): (usize, &(&str, &str, &str, &str))| Row {
            line: u64::try_from(i).unwrap() + 2,
            office: format!("office {code}"),
            code: (*code).into(),
            unit: (*unit).into(),
            parent: (*parent).into(),
            position: (*position).into(),
            count: 1,
        };
        list.iter().enumerate().map(row).collect()
    }

    fn line_of(list: &[(&str, &str, &str, &str)]) -> String {
        fold(&rows(list)).unwrap_err().to_string()
    }

    #[test]
    fn a_department_runs_across_offices() {
        let staffing = fold(&rows(&[("a", "duty", "", "x"), ("b", "duty", "", "x"), ("b", "chancery", "duty", "x")])).unwrap();
        assert_eq!(staffing.departments[0].places, ["a", "b"]);
        assert_eq!(staffing.departments[1].parent.as_deref(), Some("duty"));
    }

    #[test]
    fn circles_are_named_where_they_begin() {
        assert_eq!(
            line_of(&[("a", "w", "x", "1"), ("a", "x", "y", "1"), ("a", "y", "x", "1")]),
            "line 3: a circle of departments: x → y → x"
        );
        assert_eq!(line_of(&[("a", "x", "x", "1")]), "line 2: a circle of departments: x → x");
    }

    #[test]
    fn contradictions_name_both_lines() {
        assert!(line_of(&[("a", "x", "", "1"), ("a", "x", "", "1")]).starts_with("line 3: repeats line 2"));
        assert!(line_of(&[("a", "x", "", "1"), ("b", "y", "x", "1"), ("b", "y", "", "2")]).starts_with("line 4: \"y\" stands under"));
        assert!(line_of(&[("a", "x", "nowhere", "1")]).starts_with("line 2: \"x\" stands under \"nowhere\""));
        let mut clash = rows(&[("a", "x", "", "1"), ("b", "x", "", "1")]);
        clash[1].office = clash[0].office.clone();
        assert!(fold(&clash).unwrap_err().to_string().starts_with("line 3: \"office a\" has the code \"b\", but line 2"));
    }
}
