//! Circles between the files of a crate: each imports the next, and the last the first.
//!
//! A parent and its own children are one subject: a circle among them alone is none. So is the root of a
//! crate with all of it. An import by way of a re-export counts as one of the file where the thing stands.

use alloc::collections::{BTreeMap, BTreeSet};

use super::Finding;
use super::mask::Masked;
use crate::repo::Source;

/// A module of a crate, by its names from the root.
type Module = Vec<String>;

/// What the files of one crate import.
#[derive(Debug, Default)]
struct Crate {
    /// The file of each module.
    files: BTreeMap<Module, String>,
    /// What each module imports: paths from the root.
    imports: BTreeMap<Module, Vec<Module>>,
    /// What a module shows under a name, and where that is.
    shown: BTreeMap<Module, Module>,
}

/// The circles of all crates, each in the order of its files.
pub(super) fn find(sources: &[Source]) -> Vec<Vec<String>> {
    let mut crates: BTreeMap<&str, Crate> = BTreeMap::new();
    for source in sources {
        let Some((folder, inside)) = source.path.split_once("/src/") else {
            continue;
        };
        let ours = folder.starts_with("crates/") && source.is_rust() && !source.is_test();
        if ours && !inside.starts_with("bin/") {
            crates.entry(folder).or_default().add(source, inside);
        }
    }
    crates.values().flat_map(Crate::circles).collect()
}

/// There is none in any crate.
pub(super) fn check(circles: &[Vec<String>]) -> Vec<Finding> {
    let firsts = circles.iter().filter_map(|circle| circle.first());
    let advice = "files that import each other in a circle: put what they share in a third";
    firsts.map(|path| Finding::new(path, 1, advice)).collect()
}

/// What `tidy` prints of them.
pub(super) fn report(circles: &[Vec<String>]) -> String {
    let mut text = format!("circles between files: {}\n", circles.len());
    for circle in circles {
        text.push_str(&format!("{:>6}  {}\n", circle.len(), circle.join(" ")));
    }
    text
}

impl Crate {
    fn add(&mut self, source: &Source, inside: &str) {
        let module = module(inside);
        let code = Masked::new(&source.text).code;
        for (path, is_shown) in imports(&code) {
            let Some(path) = absolute(&module, &path) else {
                continue;
            };
            if let (true, Some(name)) = (is_shown, path.last()) {
                let mut name_here = module.clone();
                name_here.push(name.clone());
                self.shown.insert(name_here, path.clone());
            }
            self.imports.entry(module.clone()).or_default().push(path);
        }
        self.files.insert(module, source.path.clone());
    }

    /// The module in which a path ends, by way of what others show.
    fn resolve(&self, path: &Module) -> Option<&Module> {
        let mut path = path.clone();
        for _ in 0..8 {
            let mut length = path.len();
            while !self.files.contains_key(path.get(..length)?) {
                length = length.checked_sub(1)?;
            }
            let named = path.get(..length + 1).map(<[String]>::to_vec);
            match named.and_then(|named| self.shown.get(&named)) {
                Some(elsewhere) if *elsewhere != path => path.clone_from(elsewhere),
                _ => {
                    let found = path.get(..length)?;
                    return self.files.get_key_value(found).map(|(module, _)| module);
                }
            }
        }
        None
    }

    fn circles(&self) -> Vec<Vec<String>> {
        let mut edges: BTreeMap<&Module, BTreeSet<&Module>> = BTreeMap::new();
        for (module, paths) in &self.imports {
            let targets = paths.iter().filter_map(|path| self.resolve(path));
            let targets = targets.filter(|target| *target != module && !target.is_empty());
            edges.entry(module).or_default().extend(targets);
        }
        let reached: BTreeMap<_, _> = edges
            .keys()
            .map(|from| (*from, reach(&edges, from)))
            .collect();
        let goes = |from: &Module, to: &Module| {
            reached.get(from).is_some_and(|to_all| to_all.contains(to))
        };
        let mut circles: BTreeSet<Vec<String>> = BTreeSet::new();
        for module in edges.keys().filter(|module| goes(module, module)) {
            let members = edges
                .keys()
                .filter(|other| goes(module, other) && goes(other, module));
            let members: Vec<&Module> = members.copied().collect();
            if !is_one_subject(&members) {
                let files = members.iter().filter_map(|member| self.files.get(*member));
                circles.insert(files.cloned().collect());
            }
        }
        circles.into_iter().collect()
    }
}

/// All modules that can be reached from this one.
fn reach<'a>(
    edges: &BTreeMap<&'a Module, BTreeSet<&'a Module>>,
    from: &'a Module,
) -> BTreeSet<&'a Module> {
    let (mut reached, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(module) = open.pop() {
        for next in edges.get(module).into_iter().flatten() {
            if reached.insert(*next) {
                open.push(next);
            }
        }
    }
    reached
}

/// Says whether these are one module and what lies below it.
fn is_one_subject(members: &[&Module]) -> bool {
    members.iter().any(|subject| {
        !subject.is_empty() && members.iter().all(|member| member.starts_with(subject))
    })
}

/// The module of a file, whose path is given from the folder of sources.
fn module(inside: &str) -> Module {
    let inside = inside.strip_suffix(".rs").unwrap_or(inside);
    let mut names: Module = inside.split('/').map(str::to_owned).collect();
    let is_root = matches!(names.as_slice(), [root] if root == "lib" || root == "main");
    if is_root || names.last().is_some_and(|name| name == "mod") {
        names.pop();
    }
    names
}

/// A path of an import from the root of the crate; `None` if it leads out of it.
fn absolute(module: &Module, path: &[String]) -> Option<Module> {
    let mut rest = path.iter().peekable();
    let mut absolute = match rest.next()?.as_str() {
        "crate" => Vec::new(),
        "self" => module.clone(),
        "super" => module.split_last()?.1.to_vec(),
        _ => return None,
    };
    while rest.next_if(|name| *name == "super").is_some() {
        absolute.pop()?;
    }
    absolute.extend(rest.filter(|name| *name != "self").cloned());
    Some(absolute)
}

/// The paths that the `use` of a file name, and whether the file shows them to others.
fn imports(code: &str) -> Vec<(Vec<String>, bool)> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(at) = next_use(rest) {
        let line = rest.get(..at).unwrap_or_default();
        let line = line.rsplit(['\n', ';', '}']).next().unwrap_or_default();
        let is_shown = line.contains("pub");
        let tail = rest.get(at + "use ".len()..).unwrap_or_default();
        let (tree, after) = tail.split_once(';').unwrap_or((tail, ""));
        for path in paths(tree) {
            found.push((path, is_shown));
        }
        rest = after;
    }
    found
}

/// Where the next `use` stands by itself.
fn next_use(code: &str) -> Option<usize> {
    code.match_indices("use ").map(|(at, _)| at).find(|at| {
        let before = code
            .get(..*at)
            .and_then(|before| before.chars().next_back());
        before.is_none_or(char::is_whitespace)
    })
}

/// All paths of a tree of imports, without what they are called here.
fn paths(tree: &str) -> Vec<Vec<String>> {
    let tree = tree.trim();
    if let Some((stem, rest)) = tree.split_once('{') {
        let inner = rest.rsplit_once('}').map_or(rest, |(inner, _)| inner);
        let stem: Vec<String> = names(stem);
        let branches = branches(inner).into_iter().flat_map(paths);
        return branches.map(|path| [stem.clone(), path].concat()).collect();
    }
    let name = tree.split(" as ").next().unwrap_or(tree);
    vec![names(name)]
        .into_iter()
        .filter(|path| !path.is_empty())
        .collect()
}

fn names(path: &str) -> Vec<String> {
    let names = path.split("::").map(str::trim);
    names
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The parts of a list that are separated by commas of this level.
fn branches(list: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0_usize, 0);
    for (at, sign) in list.char_indices() {
        match sign {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.extend(list.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.extend(list.get(start..));
    parts
}
