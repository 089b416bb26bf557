//! How each server runs: `--cookie`, `--session`, `--jwt`.

use clap::Args;
use clap::builder::PossibleValuesParser;
use lab::column::Column;
use lab::variants::words;

/// Words of the variants, by column.
#[derive(Clone, Debug, Args)]
pub(super) struct VariantArgs {
    /// Variants of the cookie server; the page can switch them
    #[arg(long, value_name = "WORD", value_delimiter = ',', value_parser = of(Column::Cookie))]
    cookie: Vec<String>,

    /// Variants of the session server
    #[arg(long, value_name = "WORD", value_delimiter = ',', value_parser = of(Column::Session))]
    session: Vec<String>,

    /// Variants of the token server, such as cookie,eddsa
    #[arg(long, value_name = "WORD", value_delimiter = ',', value_parser = of(Column::Jwt))]
    jwt: Vec<String>,
}

fn of(column: Column) -> PossibleValuesParser {
    words(column).into()
}

impl VariantArgs {
    /// In the order of the command line; of two that exclude each other the last counts.
    pub(super) fn chosen(self) -> Vec<(Column, String)> {
        let named = [
            (Column::Cookie, self.cookie),
            (Column::Session, self.session),
            (Column::Jwt, self.jwt),
        ];
        named
            .into_iter()
            .flat_map(|(column, words)| words.into_iter().map(move |word| (column, word)))
            .collect()
    }
}
