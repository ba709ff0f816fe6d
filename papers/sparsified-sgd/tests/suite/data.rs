//! Data: the format, the generator and the committed sets.

use harness_core::Dataset;
use harness_engine::Datasets;
use harness_testkit::conformance::datasets_folder;
use harness_testkit::proptest::prelude::*;
use harness_testkit::tempfile;
use sparsified_sgd::data::{
    Csr, TextShape, breast_cancer, digits, news, parse_libsvm, read_libsvm, text_like,
};
use sparsified_sgd::models::Model;

use super::{assert_close, stream};

fn load(name: &str) -> Dataset {
    let dataset = Datasets::new(datasets_folder()).load(name);
    dataset.expect("the data are committed").as_ref().clone()
}

#[test]
fn rows_of_the_libsvm_format() {
    let text = "+1 1:0.5 4:-2e-1 # a comment\n\n-1 2:1\n0\n";
    let (features, labels) = parse_libsvm(text, 4).expect("sound");
    assert_eq!(labels, [1.0, -1.0, -1.0]);
    assert_eq!(features.row(0), (&[0, 3][..], &[0.5, -0.2][..]));
    assert_eq!(features.row(2), (&[][..], &[][..]));
    assert_close(features.dot(0, &[2.0, 9.0, 9.0, 10.0]), -1.0, 1e-15);
}

#[test]
fn what_is_wrong_with_a_line() {
    let message = |text: &str| parse_libsvm(text, 4).expect_err("wrong").to_string();
    let label = "is not a label: a finite number, positive for class +1";
    assert_eq!(message("+1 1:1\nyes 1:1"), format!("line 2: `yes` {label}"));
    assert_eq!(message("nan 1:1"), format!("line 1: `nan` {label}"));
    let pair = "is not `index:value` with an index from 1 and a finite value";
    for word in ["0:1", "2", "2:nan", "-1:2", "1:", "4294967296:1"] {
        let text = format!("# rows\n1 {word}");
        assert_eq!(message(&text), format!("line 2: `{word}` {pair}"));
    }
    assert_eq!(
        message("1 3:1 3:1"),
        "line 1: index 3 does not come after the one before it; indices ascend"
    );
    assert_eq!(
        message("1 5:1"),
        "line 1: index 5 is too large; allowed: 1 to 4"
    );
    assert_eq!(
        message("\n# nothing\n"),
        "there are no rows; a row is `label index:value …`"
    );
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("rows");
    std::fs::write(&path, "1 1:1\n").expect("written");
    assert_eq!(read_libsvm(&path, 1).expect("sound").1, [1.0]);
    assert!(read_libsvm(&folder.path().join("none"), 1).is_err());
}

proptest! {
    #[test]
    fn any_text_is_rows_or_an_error(text in ".{0,200}") {
        if let Ok((features, labels)) = parse_libsvm(&text, 100) {
            prop_assert_eq!(features.rows(), labels.len());
        }
    }

    #[test]
    fn rows_survive_being_written(
        rows in prop::collection::vec(
            prop::collection::btree_map(0_u32..50, -1e3..1e3_f64, 0..9),
            1..6,
        ),
    ) {
        let mut expected = Csr::new(50);
        let mut text = String::new();
        for row in &rows {
            let row: Vec<(u32, f64)> = row.iter().map(|(c, v)| (*c, *v)).collect();
            expected.push(&row).expect("ascending");
            text.push_str("-1");
            for (column, value) in row {
                let word = format!(" {}:{value}", column + 1);
                text.push_str(&word);
            }
            text.push('\n');
        }
        prop_assert_eq!(parse_libsvm(&text, 50).expect("sound").0, expected);
    }
}

#[test]
fn generated_documents_have_the_stated_shape() {
    let shape = TextShape {
        terms: 1000,
        documents: 800,
        length: 40.0,
    };
    let (features, labels) = text_like(&shape, &mut stream(1));
    assert_eq!((features.rows(), labels.len()), (800, 800));
    let positive = labels.iter().filter(|label| **label > 0.0).count();
    assert!((340..460).contains(&positive), "about half: {positive}");
    let non_zeros = features.entries() as f64 / 800.0;
    // Fewer different terms than the 40 words of a mean document.
    assert!((28.0..38.0).contains(&non_zeros), "{non_zeros}");
    for row in 0..800 {
        let (columns, values) = features.row(row);
        assert!(columns.windows(2).all(|pair| pair[0] < pair[1]));
        assert_close(values.iter().map(|v| v * v).sum(), 1.0, 1e-12);
    }
    // The most frequent term has weight 10^−1.1 of about 2.9.
    let first = (0..800).filter(|row| features.row(*row).0.first() == Some(&0));
    let share = first.count() as f64 / 800.0;
    assert!((0.4..0.9).contains(&share), "{share}");
}

#[test]
fn committed_sets_as_the_experiments_see_them() {
    let images = digits(&load("digits"));
    assert_eq!(images.training_classes.len(), 1438);
    assert_eq!(images.testing_classes.len(), 359);
    assert!(images.training.iter().all(|x| (0.0..=1.0).contains(x)));
    let mut model = breast_cancer(&load("breast-cancer"), 0.01);
    assert_eq!((model.rows(), model.dimension()), (569, 30));
    assert_eq!(model.labels.iter().filter(|y| **y > 0.0).count(), 357);
    assert_close(model.value(&[0.0; 30]), core::f64::consts::LN_2, 1e-14);
    let largest = harness_numerics::spectrum::largest_singular_value(&model.matrix, 569, 30);
    let largest = largest.expect("finite");
    assert_close(largest * largest / 569.0 / 4.0 + 0.02, 0.1208, 1e-4);
}

#[test]
fn triples_of_a_corpus_become_weighted_rows() {
    // Six documents, the fifth for testing; term 2 stands in all of them.
    let mut values = Vec::new();
    for document in 0..6_i32 {
        let class = f64::from(document % 5);
        let document = f64::from(document);
        values.extend([document, 2.0, 1.0, class]);
        values.extend([document, document % 2.0, 3.0, class]);
    }
    let dataset = Dataset {
        name: "triples".into(),
        rows: values.len() / 4,
        columns: 4,
        values,
    };
    let [(training, labels), (testing, test_labels)] = news(&dataset);
    assert_eq!(
        (training.rows(), testing.rows(), training.columns),
        (5, 1, 3)
    );
    assert_eq!(labels, [1.0, -1.0, -1.0, -1.0, 1.0]);
    assert_eq!(test_labels, [1.0]);
    let (columns, entries) = training.row(1);
    assert_eq!(columns, [1, 2]);
    let rare = (1.0 + libm::log(3.0)) * (libm::log(7.0 / 4.0) + 1.0);
    assert_close(entries[0] / entries[1], rare, 1e-12);
}
