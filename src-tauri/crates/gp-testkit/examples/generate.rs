//! Prints a large design: `cargo run -p gp-testkit --example generate -- 10000 12000 > large.gplan`.

fn main() {
    let mut numbers = std::env::args().skip(1).map(|word| word.parse::<usize>().ok());
    let mut next = |otherwise: usize| numbers.next().flatten().unwrap_or(otherwise);
    let (resources, links) = (next(10_000), next(12_000));
    print!("{}", gp_testkit::generate(resources, links, 1));
}
