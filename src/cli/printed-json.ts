/** What the commands print with `--json`: one object each. */

import type { JsonValue } from '../core/json.ts';
import type { Shape } from '../core/tensor.ts';
import type { SamplingRate } from '../data/recording/sampling-rate.ts';
import type { CheckRow, FigureRow, OperatorsRow } from '../models/check/run-checks.ts';
import type { CompressionTable } from '../models/compress/compress-model.ts';
import type { ModelDiff } from '../models/diff/diff-models.ts';
import type { Examination } from '../models/doctor/examine.ts';
import type { ListeningCost, NotMeasured } from '../models/duty/listening-cost.ts';
import type { Explained } from '../models/explain/explain.ts';
import type { FirmwareFigures } from '../models/firmware/export-firmware.ts';
import type { InferenceLine } from '../models/firmware/inference-line.ts';
import type { SelfTestLog, SelfTestRun } from '../models/firmware/self-test-log.ts';
import type { StreamLine } from '../models/firmware/stream-line.ts';
import type { PlanFigures } from '../models/inspect/draw-memory.ts';
import type { InspectedInt8Form } from '../models/inspect/inspect-float-model.ts';
import type { Inspection } from '../models/inspect/inspect-model.ts';
import type { AnyEvaluation } from '../models/score/evaluation.ts';
import type { FoldsSummary } from '../models/score/fold-scores.ts';
import type { StandaloneFigures } from '../models/standalone/export-standalone.ts';
import type { ModelEvaluation, OutputEvaluation } from '../stages/measure/score-model.ts';
import type { SearchPoint } from '../stages/search/front.ts';
import type { SearchLimits } from '../stages/search/limits.ts';
import type { Served } from '../stages/search/queue/serve-trials.ts';
import type { SearchOutcome } from '../stages/search/search.ts';
import type { HeardRecording } from '../stages/stream/hear-recording.ts';
import type { MemoryPicture } from '../targets/plots/memory-picture.ts';
import type { CheckReport } from './render/check-report.ts';
import type { ConversionReport } from './render/conversion/conversion.ts';
import type { DiffName } from './render/model-diff.ts';
import type { OutcomeSummary } from './render/outcome.ts';

/** What every command prints with `--json` where it fails and has no result to print. */
export interface ErrorJson {
  readonly error: {
    /** Permanent, in kebab-case. */
    readonly code: string;
    readonly message: string;
    /** What to do next. */
    readonly hint?: string;
  };
}

/** What `tinyml run --json` prints. */
export interface RunJson {
  readonly stages: readonly OutcomeSummary[];
  readonly evaluation: AnyEvaluation;
  /** How many things the checks of the data found. */
  readonly findings: number;
  /** Paths of the C source. */
  readonly written: readonly string[];
  /** Path of the report, where the project file asks for one. */
  readonly report?: string;
  /** Why there is no C source; absent where all went well. */
  readonly error?: ErrorJson['error'];
}

/** What `tinyml collect --json` prints. */
export interface CollectJson {
  readonly port: string;
  readonly baud: number;
  readonly label: string;
  /** In their order; the last one is shorter where something ended it. */
  readonly recordings: readonly {
    readonly path: string;
    /** As the board names them, without the clock. */
    readonly columns: readonly string[];
    readonly rows: number;
    readonly seconds: number;
    /** Absent where too few rows came to tell. */
    readonly rate?: SamplingRate;
    /** Lines of numbers that are no rows. */
    readonly dropped: number;
    /** Lines of text. */
    readonly words: number;
    /** Values that are no numbers. */
    readonly missing: number;
    /** Of sound: the rate that the file has, and rows for which the one before stands since they are no samples. */
    readonly sound?: { readonly rate: number; readonly replaced: number };
  }[];
  /** What the board did before all was recorded. */
  readonly error?: ErrorJson['error'];
}

/** What `tinyml collect --sketch --json` prints. */
export interface SketchJson {
  readonly written: readonly string[];
}

/** What `tinyml flash --json` prints. */
export interface FlashJson {
  readonly folder: string;
  readonly kit: string;
  /** Programs with their arguments, in their order. */
  readonly commands: readonly (readonly string[])[];
  /** False where they were only to be told. */
  readonly done: boolean;
}

/** What a line of a board says. */
export type BoardLineJson =
  | ({ readonly kind: 'inference' } & InferenceLine)
  | ({ readonly kind: 'self-test' } & SelfTestRun)
  | StreamLine
  | { readonly kind: 'text'; readonly text: string };

/** What `tinyml monitor --json` prints of each line; `time` is in seconds since it listens. */
export type MonitorJson = { readonly time: number } & BoardLineJson;

/** What `tinyml report --json` prints: the path of the page, or with --watch where it is served. */
export type ReportJson = { readonly written: string; readonly bytes: number } | { readonly url: string };

/** What the stage commands, and `tinyml convert` and `export-c` of a project, print with --json. */
export interface StageJson extends OutcomeSummary {
  /** Copies outside of the artifact. */
  readonly written: readonly string[];
}

/** What `tinyml compress --json` prints of a project. */
export type CompressJson = StageJson & CompressionTable;

/** What `tinyml compress MODEL --json` prints. */
export type CompressFileJson = CompressionTable & {
  /** As the user names it. */
  readonly model: string;
  /** Path of the file, and what it is. */
  readonly written: string;
  readonly bytes: number;
  readonly form: 'float' | 'int8';
  readonly seed: number;
  readonly data: {
    readonly path: string;
    readonly test?: string;
    /** Samples that trained; `validation` and `test` have theirs. */
    readonly train: number;
  };
  /** With their defaults. */
  readonly methods: readonly JsonValue[];
  /** Whether it was stopped; the best so far was written. */
  readonly interrupted: boolean;
};
/** What `tinyml search --json` prints, and `artifacts/search/front.json` holds but for the paths. */
export interface SearchJson extends Pick<SearchOutcome, 'trials' | 'failures' | 'base'> {
  readonly limits: SearchLimits;
  readonly seed: number;
  /** The smallest file first; `file` is the path of its project. */
  readonly front: readonly (SearchPoint & { readonly file: string })[];
  /** The trial of the chosen point. */
  readonly chosen: number;
  /** Paths of the front as JSON and as SVG. */
  readonly table: string;
  readonly plot: string;
  /** Path of the project file that --write changed or made. */
  readonly written?: string;
}

/** What `tinyml evaluate --json` prints of a project. */
export type EvaluateJson = StageJson & AnyEvaluation;

/** What `tinyml evaluate --folds N --json` prints. */
export type FoldsJson = FoldsSummary;

/** What `tinyml evaluate [MODEL] --input PATH --json` prints: of a model alone its own scores, of a project those of both forms. */
export type MeasuredJson = (
  | ModelEvaluation
  | AnyEvaluation
  /** Of a model with several outputs, where several are measured. */
  | { readonly outputs: readonly OutputEvaluation[] }
) & {
  /** As the user names it. */
  readonly input: string;
};

/** What `tinyml evaluate --stream FILE --json` prints. */
export type HeardJson = HeardRecording & {
  /** As the user names it. */
  readonly input: string;
};

/** What `tinyml convert MODEL --json` prints; of a project it is `StageJson`. */
export type ConvertJson = ConversionReport;

/** Of an array alone there is little to say. */
export type ExportFigures = FirmwareFigures | StandaloneFigures | Pick<FirmwareFigures, 'modelBytes'>;

/** What `tinyml export-c MODEL --json` prints; of a project it is `StageJson`. */
export type ExportJson = ExportFigures & {
  /** As the user names it. */
  readonly model: string;
  /** Paths of the files. */
  readonly written: readonly string[];
};

/** One list of numbers for every record. */
export type Rows = readonly (readonly number[])[];

/** Values of each end of a model. */
export type NamedValues = Readonly<Record<string, readonly number[]>>;

/** What `tinyml predict --json` prints: the results, or the file that they went to. */
export type PredictJson =
  | {
      readonly inputs: Rows;
      readonly outputs: Rows;
      /** Where the model or its project names them: what the numbers are of, in their order; one number is of the second of two. */
      readonly classes?: readonly string[];
      /** The class of each record. */
      readonly predicted?: readonly string[];
    }
  /** Of several inputs, and of several outputs, an object with values by name for each record. */
  | {
      readonly inputs: Rows | readonly NamedValues[];
      readonly outputs: Rows | readonly NamedValues[];
      /** Of outputs whose classes have names. */
      readonly classes?: Readonly<Record<string, readonly string[]>> | readonly string[];
      readonly predicted?: readonly (Readonly<Record<string, string>> | string)[];
    }
  | {
      readonly outputs: readonly { readonly name: string; readonly shape: Shape; readonly written: string }[];
    }
  | { readonly written: string; readonly shape: Shape }
  | { readonly written: string; readonly bytes: number };

/** What `tinyml features --json` prints. */
export interface FeaturesJson {
  readonly files: readonly {
    /** As it is called. */
    readonly file: string;
    readonly rows: number;
    readonly columns: number;
    /** Readings in a second, where it is known. */
    readonly rate?: number;
    readonly channels: number;
    /** Readings of sound at full scale. */
    readonly clipped?: number;
    /** Of the features. */
    readonly shape: Shape;
    /** Of those that are numbers. */
    readonly range: readonly [number, number] | null;
    /** Features that are no number. */
    readonly missing: number;
  }[];
  /** Paths of what was written. */
  readonly written: readonly string[];
}

/** An inspection by the kind of file it is of; a float model has its int8 form beside it, or why it has none. */
export type InspectedFile = Inspection &
  (
    | { readonly format: 'tflite' }
    | { readonly format: 'c-array'; readonly array: string }
    | {
        readonly format: 'float-model';
        readonly asInt8: Inspection & Pick<InspectedInt8Form, 'bounds' | 'scales'>;
      }
    | { readonly format: 'float-model'; readonly asInt8Refused: string }
  );

/** What `tinyml inspect --json` prints. */
export type InspectJson = InspectedFile & {
  /** As the user names it. */
  readonly model: string;
  /** Of the target that was asked for; of a float model it is its int8 form's. Absent where no plan is possible. */
  readonly plan?: PlanFigures & Pick<MemoryPicture, 'steps' | 'boxes'>;
  /** Path of the drawing. */
  readonly written?: string;
  /** Of a project that listens: what it takes, with its share of time where the clock is given; or why that is not known. */
  readonly listening?: (ListeningCost & { readonly clock?: number; readonly duty?: number }) | NotMeasured;
};

/** What `tinyml doctor --json` prints. */
export interface DoctorJson extends Examination {
  /** As the user names it; absent for a project. */
  readonly model?: string;
  /** Path of the project file, where --write changed it. */
  readonly written?: string;
  /** Path of the drawing. */
  readonly drawn?: string;
}

/** Figures that JSON cannot hold. */
type FigureText = 'Infinity' | '-Infinity' | 'NaN';

type CheckJsonRow<Row extends CheckRow> = {
  readonly [Key in keyof Row]: Row[Key] extends number | undefined ? Row[Key] | FigureText : Row[Key];
} & {
  /** Why the check failed, as a phrase. */
  readonly failure?: string;
};

/** What `tinyml check --json` prints. */
export interface CheckJson extends Omit<CheckReport, 'rows'> {
  /** Whether all checks passed. */
  readonly ok: boolean;
  readonly checks: readonly (CheckJsonRow<FigureRow> | CheckJsonRow<OperatorsRow>)[];
  readonly notes: readonly string[];
}

/** What `tinyml diff --json` prints. */
export interface DiffJson extends ModelDiff {
  readonly a: DiffName;
  readonly b: DiffName;
}

/** What `tinyml verify --json` prints: the run that counts, and the rest of the log. */
export type VerifyJson = SelfTestRun &
  Omit<SelfTestLog, 'last'> & {
    /** As the user names it. */
    readonly log: string;
    /** Whether the run that counts passed, with the model that was given where one was. */
    readonly ok: boolean;
    /** Whether the chip has the model that was given; absent where none was. */
    readonly modelMatches?: boolean | undefined;
  };

/** What `tinyml worker --json` prints when it is stopped. */
export type WorkerJson = Served;

/** What `tinyml explain --json` prints. */
export interface ExplainJson {
  readonly messages: readonly Explained[];
}

/** What `tinyml init --json` prints. */
export interface InitJson {
  /** The project file. */
  readonly written: string;
  /** The folder of example data (`--template`). */
  readonly data?: string;
  /** Of data that were looked at. */
  readonly found?: InitFindings;
}

/** What `tinyml init --from` found, and what it made of it. */
export interface InitFindings {
  readonly source: string;
  readonly task: string;
  readonly rows: number;
  readonly files: number;
  readonly columns: readonly FoundColumn[];
  /** One sentence each. */
  readonly reasons: readonly string[];
}

export interface FoundColumn {
  readonly name: string;
  readonly kind: string;
  readonly role: string;
  readonly missing?: number;
  readonly min?: number;
  readonly max?: number;
  /** Different values, where they were counted. */
  readonly distinct?: number;
  /** Why it has its role, and what is odd about it. */
  readonly remark?: string;
}

/** What `tinyml clean --json` prints; paths are shown as those of the current folder. */
export interface CleanJson {
  readonly removed: readonly { readonly path: string; readonly bytes: number }[];
  /** Of all that was removed. */
  readonly bytes: number;
  /** What lies among the artifacts and is not known to be tinyml's: it stayed. */
  readonly foreign: readonly string[];
}
