/**
 * tinyml for programs, wherever they run: bytes in, bytes out. Nothing here touches a disk, a thread or a console;
 * `index.ts` adds those for Node. Errors are `TinymlError`s; who passes no `Reporter` hears nothing.
 */

/** Errors (`kind`: whose mistake; `code`: never changes; `hint`: what to do), and who is told of progress. */

export { type ErrorKind, EXIT_CODES, TinymlError } from './core/errors.ts';
export { type Reporter, silentReporter } from './core/reporter.ts';
export { VERSION } from './core/version.ts';

/** Arrays: `.npy`, `.csv` and `.json` files, and records that are read a block at a time. */

export type { QuantParams } from './core/quant-params.ts';
export { bytesInMemory, type RandomAccessBytes } from './core/random-access.ts';
export { bytesOf, type DType, type Shape, type TensorData, type TensorType } from './core/tensor.ts';
export { NoiseMeter } from './data/recording/noise-meter.ts';
export type { LineCounts, Reading } from './data/recording/readings.ts';
export { Recording, type RecordingFacts } from './data/recording/recording.ts';
export { type SamplingRate, samplingRate } from './data/recording/sampling-rate.ts';
export { SoundRecording } from './data/recording/sound-recording.ts';
export { type FloatArray, recordAt } from './data/records/float-array.ts';
export { type NpyArray, readNpy, readNpyFloat32, writeNpy } from './data/records/npy.ts';
export type { NpyDType } from './data/records/npy-layout.ts';
export { isNpz, openNpzRecords } from './data/records/npz-records.ts';
export { openRecords } from './data/records/open-records.ts';
export {
  arrayRecords,
  openNpyRecords,
  type RecordSource,
  readAllRecords,
  recordLengthOf,
} from './data/records/records.ts';
export { reorderedRecords } from './data/records/reordered-records.ts';
export { stepRecords } from './data/records/step-records.ts';
export { writeNpz } from './data/records/write-npz.ts';
export { CLASS_PLACES } from './data/samples/classes.ts';
export { type EventLabel, parseEventLabels } from './data/streams/event-labels.ts';

/** Model files: any format to a graph, graphs to `.tflite`, and the outline of `.tflite` files that nobody can run. */

export { type FormatNames, modelFileKinds } from './formats/format-names.ts';
export type {
  AxisOrder,
  Imported,
  Importer,
  ImportSource,
  ImportWish,
  ImportWishes,
  LoadBeside,
} from './formats/importer.ts';
export { IMPORTERS } from './formats/importers.ts';
export {
  checkWishes,
  importModel,
  isTfliteFile,
  type ModelFileOptions,
  readModel,
  type TfliteSource,
  tfliteSource,
} from './formats/model-file.ts';
export { readTflite, type TfliteModel } from './formats/tflite/read.ts';
export { type ModelFile, readOutline } from './formats/tflite/read-outline.ts';
export { type WriteOptions, writeTflite } from './formats/tflite/write.ts';
export { type Graph, getValue, type Node, type Value, type ValueId } from './ir/graph.ts';
export { type GraphCost, graphCost } from './ir/graph-cost.ts';
export type { ModelOutline } from './ir/outline.ts';
export { printGraph } from './ir/print-graph.ts';
export { readTflmModel, tflmRefusal, writeTflmModel } from './models/tflm-model.ts';

/** Conversion: passes, calibration, int8. */

export {
  END_TYPES,
  type EndType,
  type IntegerModelType,
  MODEL_TYPES,
  type ModelType,
  WEIGHT_FORMS,
  type WeightForm,
} from './core/model-type.ts';
export {
  type CompressedModel,
  type CompressionJob,
  type CompressionStep,
  type CompressionTable,
  compressModel,
  type FormFigure,
  type JudgedSamples,
  type MeasuredFigure,
} from './models/compress/compress-model.ts';
export type { MeasuredForm } from './models/compress/measured-form.ts';
export { compressionLegend, compressionRows, compressionTitles } from './models/compress/table-rows.ts';
export {
  type ConvertedModel,
  type ConvertOptions,
  calibrationWords,
  convertModel,
} from './models/convert/convert-model.ts';
export type { Int4Arena, Int4Report } from './models/convert/int4-report.ts';
export {
  DEFAULT_FORM,
  type Int8Form,
  isInt8,
  keepsOwnScales,
  type LoweringOptions,
  modelTypeOf,
  simplifyFloat,
} from './models/convert/lower.ts';
export type { HuffmanFigures, LutArena, LutLayer, LutReport } from './models/convert/lut-report.ts';
export type { LutWish } from './models/convert/lut-weights.ts';
export type { PassStep } from './models/convert/pass-steps.ts';
export { RECURRENT_FORMS, type RecurrentForm } from './models/convert/recurrent-names.ts';
export { canUnroll } from './models/convert/unroll-lstm.ts';
export type { PlannedArena, PlannedArenas } from './models/convert/write-planned.ts';
export type { StreamMemory, StreamReport } from './models/streaming/stream-report.ts';
export type { PassObserver } from './passes/pass.ts';

/** Running models: one inference at a time, or all records. */

export { type Features, makeFeatures } from './data/features/make-features.ts';
export { parseSteps } from './data/features/parse-steps.ts';
export { readRecording, type WholeRecording } from './data/features/read-recording.ts';
export type { StepOptions } from './data/preparing/index.ts';
export { preparedRecords } from './data/preparing/prepared-records.ts';
export { PRESETS, presetSteps } from './data/preparing/presets/index.ts';
export type { Preset } from './data/preparing/presets/preset.ts';
export { PRESET_NAMES, type PresetName } from './data/preparing/presets/preset-names.ts';
export { rateMisfit } from './data/preparing/rate-misfit.ts';
export type { SampleNotes } from './data/preparing/sample-notes.ts';
export { createInterpreter, type Interpreter } from './interpreter/interpreter.ts';
export { chosenOutput } from './models/run/chosen-output.ts';
export {
  inputNamed,
  inputRecords,
  type ModelInput,
  modelInputs,
  namesOf,
  type SampledModel,
} from './models/run/input-records.ts';
export { type MeasuredOutput, measuredOutputs } from './models/run/measured-outputs.ts';
export { type ModelEnds, modelEnds } from './models/run/model-ends.ts';
export { type ClassNames, classesOfOutputs, decidedClasses } from './models/run/output-classes.ts';
export { predictAll, predictEach, predictRaw, predictReal } from './models/run/predict-records.ts';
export { type RealSignature, realSignature } from './models/run/real-runner.ts';
export { recordSplitter } from './models/run/record-inputs.ts';
export {
  type InputRange,
  inputRange,
  type SaturationCount,
  warningOfSaturation,
  watchSaturation,
} from './models/run/saturation.ts';
export type { WorkContext } from './models/run/spread/spread-records.ts';
export { readSampleNotes } from './models/sample-notes.ts';

/** Threads to lend to that work, for who makes some where Node's (`workerThreads`) are not: what each side says. */

export {
  createWork,
  type Job,
  type Work,
  type WorkKind,
  type WorkResults,
} from './models/run/spread/record-work.ts';
export type { Helper, Listener, Threads } from './models/run/spread/threads.ts';
export type { Answer, BlockMessage, Failure } from './models/run/spread/worker-messages.ts';

/** What a model costs and what is wrong with it: inspection, arena plans, limits, differences. */

export type { Figure } from './models/check/figure.ts';
export { type Listening, type Measured, measureModel, type Quality } from './models/check/measure-model.ts';
export { type CheckLimits, type CheckRow, type FigureRow, runChecks } from './models/check/run-checks.ts';
export type { Tolerance } from './models/check/tolerance.ts';
export { diffModels, type ModelDiff } from './models/diff/diff-models.ts';
export type { RunDiff } from './models/diff/diff-outputs.ts';
export { type ModelFacts, readModelFacts } from './models/diff/model-facts.ts';
export type { Cure, Patient, RefusedCure, TriedCure } from './models/doctor/cures.ts';
export type { Diagnosis, ErrorBudget, LayerDiagnosis, TensorDiagnosis } from './models/doctor/diagnosis.ts';
export { type Examination, examine, metricTitles } from './models/doctor/examine.ts';
export { type ExamineOptions, examineModel } from './models/doctor/examine-model.ts';
export type { Recommendation } from './models/doctor/recommend.ts';
export { type ExaminationSentences, examinationSentences } from './models/doctor/sentences.ts';
export { type DrawnMemory, drawMemory, type PlanFigures, planRefusal } from './models/inspect/draw-memory.ts';
export {
  type Bound,
  type Bounds,
  type InspectedFloatModel,
  inspectFloatGraph,
} from './models/inspect/inspect-float-model.ts';
export {
  type InspectedModel,
  type Inspection,
  inspectModel,
  type OperatorSummary,
} from './models/inspect/inspect-model.ts';
export { type LibrarySupport, librarySupport } from './models/inspect/library-support.ts';
export { memoryPicture } from './models/inspect/memory-picture.ts';
export { type Int4Options, type Int4Wish, int4Wish } from './models/quantize/int4/int4-wish.ts';
export type { MeasuredLoss } from './models/quantize/int4/judge.ts';
export type { LossBudget, ShareBudget, WeightsBudget } from './models/quantize/int4/weights-budget.ts';
export {
  METHOD_NAMES,
  type MethodName,
  parseRecipe,
  RECIPE_NAMES,
  type Recipe,
  type RecipeName,
} from './models/quantize/method-names.ts';
export {
  ARENA_TARGETS,
  type ArenaPlan,
  type ArenaTarget,
  DEFAULT_ARENA_TARGET,
} from './planner/arena-plan.ts';
export { planArena } from './planner/plan-arena.ts';
export { isBuild, TARGETS, type Target } from './planner/target.ts';
export { type FeaturesPicture, featuresSvg } from './targets/plots/features-picture.ts';
export { type FrontPlot, frontPlotSvg } from './targets/plots/front-plot.ts';
export { type LayerNoise, layerNoisePlotSvg } from './targets/plots/layer-noise-plot.ts';
export { type MemoryPicture, memoryPeak } from './targets/plots/memory-picture.ts';
export { memoryPlanSvg } from './targets/plots/memory-plan.ts';
export { type PooledCells, pooled } from './targets/plots/pooled-cells.ts';
export { LIBRARIES, LIBRARY_NAMES, type Library } from './targets/tflm/operators.ts';

/** C: the array alone, complete firmware, or what needs no interpreter, as files by path. */

export { type ArrayOptions, exportArray } from './models/firmware/export-array.ts';
export {
  type Exported,
  exportFirmware,
  type FirmwareFigures,
  MAX_VECTORS,
} from './models/firmware/export-firmware.ts';
export type { FirmwareLayout, FirmwareOptions } from './models/firmware/make-firmware.ts';
export type { FirmwareData, SourceWishes } from './models/firmware/model-facts.ts';
export {
  exportStandalone,
  type Standalone,
  type StandaloneFigures,
  type StandaloneOptions,
} from './models/standalone/export-standalone.ts';
export {
  DEFAULT_OPTIMIZE,
  HUFFMAN_TIMES,
  type HuffmanTime,
  OPTIMIZE_GOALS,
  type Optimize,
  type ProgramOptions,
} from './targets/c/optimize.ts';
export { BOARDS, type Board } from './targets/c/project/board.ts';
export { C_ARRAY_STYLES, type CArrayStyle } from './targets/c-array/array-style.ts';
export { isCArrayFile } from './targets/c-array/c-array-files.ts';
export {
  ARDUINO_LIBRARIES,
  ARDUINO_LIBRARY_FACTS,
  type ArduinoLibrary,
} from './targets/firmware/libraries.ts';

/** What compilers and boards print: messages explained, and the line of the self-test. */

export { type Explained, explainText, MessageFinder, nearestMessages } from './models/explain/explain.ts';
export { type LogLine, LogLines } from './models/explain/log-lines.ts';
export { type ModelHelp, modelHelp } from './models/explain/model-help.ts';
export { type InferenceLine, parseInferenceLine } from './models/firmware/inference-line.ts';
export {
  parseSelfTestLine,
  type SelfTestLog,
  SelfTestLogReader,
  type SelfTestRun,
} from './models/firmware/self-test-log.ts';
export { parseStreamLine, type StreamLine } from './models/firmware/stream-line.ts';
export { SELF_TEST_BAUD, selfTestModel } from './targets/firmware/self-test-line.ts';

/** Projects: stages from data to C, their artifacts in a store. */

export type { Manifest, Metrics } from './artifacts/manifest.ts';
export { memoryStore } from './artifacts/memory-store.ts';
export type { Artifact, ArtifactDraft, ArtifactStore, LendStore } from './artifacts/store.ts';
export {
  dutyOf,
  instructionsPerSecond,
  LISTENING_PARTS,
  type ListeningCost,
  type ListeningPart,
  type NotMeasured,
  type PartCost,
  sumOf,
} from './models/duty/listening-cost.ts';
export {
  type ListeningProgram,
  listeningCost,
  listeningProgram,
  type MeasuredProgram,
  type ObjectBytes,
} from './models/duty/listening-sources.ts';
export {
  ANOMALY_CLASSES,
  type Anomaly,
  type AnyEvaluation,
  type Classification,
  type Evaluation,
  evaluationsOf,
  type NamedEvaluation,
  type Regression,
  type SeveralEvaluations,
} from './models/score/evaluation.ts';
export type { CrossValidation, FoldsSummary, FormFigures, ScoreFigures } from './models/score/fold-scores.ts';
export type { Judge, OutputsJudge } from './models/score/judge.ts';
export { percent, SCORES, type Score, type ScoreRow, scoreOf, scoreRows } from './models/score/score-rows.ts';
export { TASKS, type Task } from './models/score/tasks.ts';
export {
  type DividedSamples,
  divideSamples,
  divideUnlabelled,
  type FileJobOptions,
  fileJob,
} from './stages/compress/file-job.ts';
export { parseCompressions } from './stages/compress/parse-methods.ts';
export { QUALITY_NAMES, type QualityLimit } from './stages/config/check-config.ts';
export { CONFIG_FILE } from './stages/config/config-file.ts';
export { type ConversionSettings, defaultConversion } from './stages/config/conversion-config.ts';
export {
  defaultProject,
  PROJECT_SCHEMA_TITLE,
  type ProjectConfig,
  type ProjectInput,
  parseProject,
  projectJsonSchema,
} from './stages/config.ts';
export { MODEL_FILE } from './stages/convert.ts';
export { crossValidate } from './stages/cross-validation.ts';
export { CHECKS_FILE } from './stages/dataset/description.ts';
export { isGenerated } from './stages/dataset-config.ts';
export { readClasses, readFindings, readFiniteArray, readPreparation } from './stages/dataset-reader.ts';
export { type DeclaredData, declaredData } from './stages/declared-data.ts';
export { DOCTOR_FOLDER, keepExamination } from './stages/doctor/kept-examination.ts';
export { type OpenPatient, openProjectPatient } from './stages/doctor/project-patient.ts';
export { inputNames } from './stages/ends/several-inputs.ts';
export { outputNames } from './stages/ends/several-outputs.ts';
export { type FloatOrigin, floatOrigin, floatStage, readFloatGraph } from './stages/float-graph.ts';
export type { GivenData, NamedData } from './stages/measure/given-source.ts';
export { holdsDataset } from './stages/measure/holds-dataset.ts';
export { readPlainSamples } from './stages/measure/plain-samples.ts';
export { readProjectInputs, readProjectSamples } from './stages/measure/project-samples.ts';
export {
  type MeasuredModel,
  type ModelEvaluation,
  type OutputEvaluation,
  scoreBoth,
  scoreModel,
} from './stages/measure/score-model.ts';
export {
  modelQuality,
  type OutputQuality,
  otherQualities,
  projectQualities,
} from './stages/model-quality.ts';
export {
  type Overrides,
  Pipeline,
  type PipelineContext,
  type StageOutcome,
  stagesOf,
} from './stages/pipeline.ts';
export type { DataRequest } from './stages/proposal/data-request.ts';
export { type ProposedProject, proposeProject } from './stages/proposal/propose-project.ts';
export type { TensorReport } from './stages/quantization-report.ts';
export { projectReport } from './stages/report/project-report.ts';
export { reportState } from './stages/report/report-artifacts.ts';
export { COST_NAMES, type CostName } from './stages/search/cost-names.ts';
export type { SearchPoint } from './stages/search/front.ts';
export { limitedCosts, type SearchLimits } from './stages/search/limits.ts';
export { runTrial, type TrialContext } from './stages/search/run-trial.ts';
export {
  type SearchContext,
  type SearchOutcome,
  type SearchSettings,
  searchProject,
} from './stages/search/search.ts';
export { forgetfulMemory, type SearchMemory } from './stages/search/search-memory.ts';
export { defaultSpace } from './stages/search/space/default-space.ts';
export {
  readSearchSpace,
  type SearchSpace,
  searchSpaceJsonSchema,
} from './stages/search/space/space-schema.ts';
export type {
  Trial,
  TrialCosts,
  TrialFindings,
  TrialResult,
  TrialScore,
} from './stages/search/trial.ts';
export { localRunner, type TrialRunner } from './stages/search/trial-runner.ts';
export { type NamedSources, sourcesDigest, trialSources } from './stages/search/trial-sources.ts';
export { STAGE_NAMES, type StageName } from './stages/stage.ts';
export {
  type Predictions,
  readCompression,
  readEvaluation,
  readPredictions,
  readQuantization,
} from './stages/stage-reports.ts';
export { type HeardRecording, type HeardSound, hearRecording } from './stages/stream/hear-recording.ts';
export {
  type ListeningArtifacts,
  type ListeningModel,
  readListeningModel,
} from './stages/stream/listening-model.ts';
export { projectStream } from './stages/stream/project-stream.ts';
export { readListeningFile } from './stages/stream/stream-settings.ts';
export { TEMPLATE_NAMES, TEMPLATE_SUMMARIES, type TemplateName } from './stages/templates/names.ts';
export { proposeTemplate, TEMPLATE_DATA, type TemplateProject } from './stages/templates/propose-template.ts';
export { CORTEX_M4_FLAGS, emulatorArguments } from './targets/c/emulated/board.ts';
export {
  HARNESS_LINES,
  HARNESS_PARTS,
  HARNESS_SOURCES,
  type HarnessLine,
  MEMORY_FILE,
} from './targets/c/emulated/listening-harness.ts';
export { SENDING_SENSORS, type SendingSensor } from './targets/firmware/sending-sensors.ts';
export { collectCommand, sendingSketch } from './targets/firmware/sending-sketch.ts';
export type { CrewTask, TrainingThreads } from './training/compiled/crew/training-threads.ts';
export { type Compression, type CompressionName, filesRead } from './training/compress/index.ts';
export { COMPRESSION_SUMMARIES } from './training/compress/summaries.ts';
export { BACKENDS, type BackendName, ENGINES, type EngineName } from './training/engine-choice.ts';
export type { ChosenTrainer, TfjsTrainer } from './training/trainers.ts';
