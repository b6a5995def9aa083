//! Which file of `src` uses which, by whose symbols it names: a re-export is followed to the file that defines the symbol.
//! Comments, `mod tests` at a file's end, and files and folders of tests alone are left out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

/// A file: where it lies below `src`, its code, and the files that it uses.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) code: String,
    pub(crate) uses: BTreeSet<String>,
}

/// The sources, each by its module (`crate::server::health`).
pub(crate) type Sources = BTreeMap<String, Source>;

/// A module, and the name of something in it.
type Symbol = (String, String);

pub(crate) static SOURCES: LazyLock<Sources> = LazyLock::new(read);

fn read() -> Sources {
    let mut all = Sources::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    read_folder(&root, &root, "crate", &mut all);
    let named: BTreeMap<String, Named> = all
        .iter()
        .map(|(module, source)| (module.clone(), Named::of(&all, module, &source.code)))
        .collect();
    let passed_on: BTreeMap<Symbol, &Symbol> = named
        .iter()
        .flat_map(|(module, named)| {
            let own = |name: &String| (module.clone(), name.clone());
            named
                .passed_on
                .iter()
                .map(move |(name, to)| (own(name), to))
        })
        .collect();
    let defined_in = |symbol: &Symbol| {
        let mut at = symbol;
        // Chains of re-exports are short, and one that turns in a circle does not compile.
        while let Some(next) = passed_on.get(at) {
            at = next;
        }
        // A module by itself is no symbol; a function can have the name of one.
        let is_module = all.contains_key(&format!("{}::{}", at.0, at.1));
        (!is_module).then(|| at.0.clone())
    };
    let uses: Vec<BTreeSet<String>> = named
        .iter()
        .map(|(own, named)| {
            let used = named.used.iter().filter_map(defined_in);
            used.filter(|it| it != own).collect()
        })
        .collect();
    for (source, uses) in all.values_mut().zip(uses) {
        source.uses = uses;
    }
    all
}

/// Whatever a file uses, and what that uses.
fn reached<'a>(all: &'a Sources, from: &'a str) -> BTreeSet<&'a str> {
    let (mut found, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(module) = open.pop() {
        let new = all[module].uses.iter().map(String::as_str);
        open.extend(new.filter(|it| found.insert(*it)));
    }
    found
}

/// For each module those that it reaches and that reach it, itself among them where there are any.
pub(crate) fn circles(all: &Sources) -> Vec<Vec<&str>> {
    let reached: BTreeMap<&str, BTreeSet<&str>> = all
        .keys()
        .map(|it| (it.as_str(), reached(all, it)))
        .collect();
    let mut circles = Vec::new();
    for (of, far) in &reached {
        let back = far
            .iter()
            .filter(|it| reached.get(*it).is_some_and(|far| far.contains(of)));
        circles.push(back.copied().collect());
    }
    circles
}

fn read_folder(root: &Path, folder: &Path, module: &str, all: &mut Sources) {
    for path in std::fs::read_dir(folder)
        .unwrap()
        .map(|it| it.unwrap().path())
    {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let own = match name {
            "mod" | "lib" => module.to_owned(),
            name => format!("{module}::{name}"),
        };
        if path.is_dir() && !["tests", "folder_fixture"].contains(&name) {
            read_folder(root, &path, &own, all);
        } else if path.is_file() && !["tests", "resume_tests"].contains(&name) {
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            let code = code.lines().map(without_comment);
            let source = Source {
                path: path
                    .strip_prefix(root)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned(),
                code: code.collect::<Vec<_>>().join("\n"),
                uses: BTreeSet::new(),
            };
            all.insert(own, source);
        }
    }
}

/// A line up to its comment; two slashes in a text are none.
fn without_comment(line: &str) -> &str {
    let is_outside = |at: &usize| line[..*at].matches('"').count().is_multiple_of(2);
    let mut slashes = line.match_indices("//").map(|(at, _)| at);
    slashes.find(is_outside).map_or(line, |at| &line[..at])
}

/// Whether a text in quotes, on one line, has this word, in capitals or not.
pub(crate) fn says(code: &str, word: &str) -> bool {
    let is_apart = |next: Option<char>| next.is_none_or(|it| !it.is_alphanumeric());
    let has = |text: &str| {
        text.match_indices(word).any(|(at, _)| {
            let (before, after) = (&text[..at], &text[at + word.len()..]);
            is_apart(before.chars().next_back()) && is_apart(after.chars().next())
        })
    };
    let code = code.to_lowercase();
    let mut texts = code
        .lines()
        .flat_map(|line| line.split('"').skip(1).step_by(2));
    texts.any(has)
}

/// What a file names of others.
#[derive(Default)]
struct Named {
    used: Vec<Symbol>,
    /// What it exports again, by the name under which it does.
    passed_on: BTreeMap<String, Symbol>,
    /// The modules that it imports, by the name that it gives them.
    modules: BTreeMap<String, String>,
}

impl Named {
    fn of(all: &Sources, own: &str, code: &str) -> Self {
        let mut named = Self::default();
        let mut body = String::new();
        for statement in code.split(';') {
            let (before, tree) = statement.rsplit_once("use ").unwrap_or_default();
            let visibility = before.rsplit('\n').next().unwrap_or_default().trim();
            let is_public = visibility.starts_with("pub");
            if tree.is_empty() || !(is_public || visibility.is_empty()) {
                body.push_str(statement);
                continue;
            }
            body.push_str(before);
            let mut paths = Vec::new();
            expand("", tree, &mut paths);
            for path in paths {
                named.import(all, own, &path, is_public);
            }
        }
        let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
        for path in body.split(|c| !is_path(c)) {
            let Some((first, rest)) = path.split_once("::") else {
                continue;
            };
            let path = match named.modules.get(first) {
                Some(module) => format!("{module}::{rest}"),
                None => path.to_owned(),
            };
            named.used.extend(resolve(all, own, &path));
        }
        named
    }

    fn import(&mut self, all: &Sources, own: &str, path: &str, is_public: bool) {
        let path = path.trim_end_matches("::self");
        let own_name = || (path, path.rsplit("::").next().unwrap_or_default());
        let (path, name) = path.split_once(" as ").unwrap_or_else(own_name);
        let Some(symbol) = resolve(all, own, path) else {
            return;
        };
        let module = format!("{}::{}", symbol.0, symbol.1);
        if all.contains_key(&module) {
            self.modules.insert(name.to_owned(), module);
        }
        match is_public {
            true => drop(self.passed_on.insert(name.to_owned(), symbol)),
            false => self.used.push(symbol),
        }
    }
}

/// The paths of a `use` tree.
fn expand(before: &str, tree: &str, paths: &mut Vec<String>) {
    let Some((head, inner)) = tree.split_once('{') else {
        return paths.push(format!("{before}{}", tree.trim()));
    };
    let (inner, _) = inner.rsplit_once('}').unwrap_or((inner, ""));
    let mut depth = 0;
    let parts = inner.split(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        c == ',' && depth == 0
    });
    let before = format!("{before}{}", head.trim());
    for part in parts.filter(|part| !part.trim().is_empty()) {
        expand(&before, part, paths);
    }
}

/// The symbol of ours that a path leads to; none where it leads out of the crate.
fn resolve(all: &Sources, own: &str, path: &str) -> Option<Symbol> {
    let mut at = own.to_owned();
    let mut parts = path.split("::").peekable();
    match *parts.peek()? {
        "crate" | "tagout" => at = parts.next().map(|_| "crate".to_owned())?,
        "self" => drop(parts.next()),
        "super" => {
            while parts.next_if_eq(&"super").is_some() {
                at = at.rsplit_once("::")?.0.to_owned();
            }
        }
        first => drop(all.get(&format!("{own}::{first}"))?),
    }
    loop {
        let name = parts.next()?;
        let inner = format!("{at}::{name}");
        if parts.peek().is_none() || !all.contains_key(&inner) {
            return Some((at, name.to_owned()));
        }
        at = inner;
    }
}
