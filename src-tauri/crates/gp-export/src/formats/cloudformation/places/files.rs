//! What the template of each place is called.

use crate::{
    aws::{Facts, edge, home::Home},
    name::slug,
};

/// Where nothing is made: in the first region.
pub fn first_home<'a>(facts: &Facts<'a>) -> Home<'a> {
    let first = facts.resolved.scopes.values().next();
    Home { account: None, region: first.map_or(edge::REGION, |scope| &scope.region) }
}

/// The files of homes, of which the first has the usual name. Accounts are named where there are several,
/// regions where an account has several or is not drawn.
pub fn names(homes: &[Home<'_>]) -> Vec<String> {
    let several = homes.iter().any(|home| home.account != homes[0].account);
    let mut all: Vec<String> = Vec::new();
    for home in homes {
        let alone = homes.iter().filter(|other| other.account == home.account).count() == 1;
        let account = home.account.filter(|_| several).map(|account| slug(account));
        let region = (account.is_none() || !alone).then(|| slug(home.region));
        let words: Vec<String> = account.into_iter().chain(region).collect();
        let stem = if all.is_empty() {
            "template".to_owned()
        } else {
            format!("template-{}", words.join("-"))
        };
        let taken = |name: &str| all.iter().any(|other| other == name);
        let mut name = format!("{stem}.yaml");
        let mut number = 2;
        while taken(&name) {
            name = format!("{stem}-{number}.yaml");
            number += 1;
        }
        all.push(name);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use gp_model::Id;

    #[track_caller]
    fn check_names(homes: &[(Option<&Id>, &'static str)], expected: &[&str]) {
        let homes: Vec<Home<'_>> =
            homes.iter().map(|(account, region)| Home { account: *account, region }).collect();
        assert_eq!(names(&homes), expected);
    }

    #[test]
    fn a_file_says_no_more_of_its_place_than_tells_it_from_others() {
        let (work, safe) = (Id::new("work"), Id::new("Safe!"));
        check_names(&[(None, "eu-west-1")], &["template.yaml"]);
        check_names(&[(Some(&work), "eu-west-1")], &["template.yaml"]);
        check_names(
            &[(None, "eu-west-1"), (None, "us-east-1")],
            &["template.yaml", "template-us-east-1.yaml"],
        );
        check_names(
            &[(Some(&work), "eu-west-1"), (Some(&work), "us-east-1"), (Some(&safe), "eu-west-1")],
            &["template.yaml", "template-work-us-east-1.yaml", "template-safe.yaml"],
        );
        check_names(
            &[(Some(&work), "eu-west-1"), (None, "us-east-1")],
            &["template.yaml", "template-us-east-1.yaml"],
        );
    }
}
