"""How the weights of the name model are made: `make train` reads annotated corpora, writes the weights that ship."""
