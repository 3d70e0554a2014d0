/** A page as data: what it says, without a word of HTML. All text is foreign; who writes it escapes it. */

/** A cell of a table. */
export type Cell =
  | string
  | {
      readonly text: string;
      /** How strongly the cell is tinted, 0 … 1: its number decides at a glance, and says the same. */
      readonly share: number;
    };

export interface TableColumn {
  readonly title: string;
  /** Numbers stand to the right. */
  readonly align?: 'right';
}

/** The first cell of every row is its head. */
export interface Table {
  readonly kind: 'table';
  readonly caption: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A drawing with a title and a description of its own, as `targets/plots/` makes them. */
export interface Figure {
  readonly kind: 'figure';
  readonly svg: string;
  readonly caption: string;
}

/** One sample to look at. */
export interface GalleryItem {
  readonly picture:
    | { readonly svg: string }
    | {
        readonly png: Uint8Array;
        /** In pixels as it is shown. */
        readonly width: number;
        readonly height: number;
        /** What is read aloud instead. */
        readonly alt: string;
      };
  readonly caption: string;
}

export interface Gallery {
  readonly kind: 'gallery';
  readonly caption: string;
  readonly items: readonly GalleryItem[];
}

/** Names and what they are. */
export interface Facts {
  readonly kind: 'facts';
  readonly facts: readonly (readonly [name: string, value: string])[];
}

export type Block =
  | Table
  | Figure
  | Gallery
  | Facts
  /** A heading below that of its section. */
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  /** What must not be overlooked. */
  | { readonly kind: 'note'; readonly text: string }
  /** As it stands in a file or on a command line. */
  | { readonly kind: 'code'; readonly text: string };

export interface Section {
  /** A plain word: links go there. */
  readonly id: string;
  readonly title: string;
  readonly blocks: readonly Block[];
}

export interface Page {
  readonly title: string;
  /** One sentence below the title. */
  readonly summary: string;
  readonly sections: readonly Section[];
  /** Below everything else. */
  readonly footer: string;
}
