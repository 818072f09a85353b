using System.Globalization;
using LeVo.Alignment.Policy;
using LeVo.Alignment.Training;
using LeVo.Benchmarks.Race;
using LeVo.Benchmarks.Songs;
using LeVo.Core;
using LeVo.Core.Conditioning;
using LeVo.Core.Model;
using LeVo.Core.Runtime;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Tensors;
using LeVo.Core.Training;
using LeVo.Samples.Shared;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using AdamW = LeVo.Core.Training.AdamW;

namespace LeVo.Benchmarks.Training;

/// <summary>
/// A training step beside the same step of plain TorchSharp modules with TorchSharp's optimiser, in turn in one process: a
/// quarter of v2-medium's layers, both with all activations kept.
/// </summary>
internal static class TrainingSpeed
{
    private const string Usage = """
        Times a training step beside one of plain TorchSharp modules, at a quarter of v2-medium's layers.

          --runs LIST    of lora (LoRA of rank 16, bfloat16, both stacks), mixed (all weights of the language model,
                         float32); default: all
          --frames N     frames of the song (default: 250)
          --rounds N     (default: 5)
          --threads N    (default: libtorch's)
          --help         this text
        """;

    private const int Rank = 16;
    private const double ClipNorm = 1, Rate = 1e-5;

    private static readonly string[] AllRuns = ["lora", "mixed"];

    public static int Run(string[] arguments)
    {
        var line = new ProgramArguments(arguments, ["--runs", "--frames", "--rounds", "--threads"]);
        string[] runs = line.List("--runs", AllRuns, AllRuns);
        int frames = line.Count("--frames", 250), rounds = line.Count("--rounds", 5), threads = line.Count("--threads", 0, least: 0);
        if (line.Answer(Usage) is { } exitCode)
            return exitCode;
        LeVoRuntime.EnsureTorch();
        if (threads > 0)
            set_num_threads(threads);
        Console.WriteLine("| mode | plain modules, s | LeVo, s | LeVo / plain, median of the rounds (least to greatest) |");
        Console.WriteLine("| --- | --- | --- | --- |");
        foreach (string run in runs)
            Compare(run == "lora", frames, rounds);
        return 0;
    }

    private static void Compare(bool lora, int frames, int rounds)
    {
        LeLmConfig config = ReleasedSizeFolder.V2Medium with
        {
            MixedLayers = 7,
            TrackLayers = 3,
            LyricsVocabulary = 1024,
            DescriptionVocabulary = 1024,
            PromptCodeSize = 512,
            PromptNullId = 513,
            PromptRealBelow = 512,
        };
        LeLmStage stage = lora ? LeLmStage.Joint : LeLmStage.Mixed;
        var setup = new TrainingSetup
        {
            Precision = lora ? ModelPrecision.BFloat16 : ModelPrecision.Float32,
            Lora = lora ? new() { Rank = Rank } : null,
        };
        int[] codes = [.. Enumerable.Range(0, frames).Select(t => t % config.CodeSize)];
        var song = SongTokens.FromRows(codes, codes, codes);
        using var lelm = new TrainedLeLm(
            config, ConditionPreparer.Load(config, ReleasedSizeFolder.Tokenizer), stage, null, setup, 1,
            new TiledValues(lora ? ScalarType.BFloat16 : ScalarType.Float32));
        foreach ((_, Parameter parameter) in lelm.Trained)
            parameter.requires_grad = true;
        using var ours = new AdamW(lelm.Trained, new());

        using var plain = new PlainLeLm(config, !lora, lora ? Rank : 0, lora ? ScalarType.BFloat16 : ScalarType.Float32);
        Parameter[] trained = [.. plain.parameters().Where(parameter => parameter.requires_grad)];
        using var theirs = optim.AdamW(trained, Rate, 0.9, 0.98, 1e-9, weight_decay: 0);
        using Tensor ids = Columns(config, song, mixedAlone: !lora);

        Rounds times = Clock.InTurn(rounds, Plain, LeVo);
        double[] ratios = [.. Enumerable.Range(0, rounds).Select(round => times.Of(round, 1) / times.Of(round, 0)).Order()];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {(lora ? "LoRA of rank 16, bfloat16" : "language model, all weights, float32")} | {times.Median(0):F2} | "
            + $"{times.Median(1):F2} | {ratios[ratios.Length / 2]:F3} ({ratios[0]:F3} to {ratios[^1]:F3}) |"));

        void Plain()
        {
            using var scope = NewDisposeScope();
            plain.Loss(ids).backward();
            nn.utils.clip_grad_norm_(trained, ClipNorm);
            theirs.step();
            theirs.zero_grad();
        }

        void LeVo()
        {
            using var scope = NewDisposeScope();
            ActivationCheckpoint.Backward(LeLmLoss.Compute(stage, lelm.Model, lelm.Batch([new(song, "[verse] la", "pop")])).Loss);
            ours.ClipGradients(ClipNorm);
            ours.Step(Rate);
        }
    }

    /// <summary>The columns of a song with its end token, as many as the stage reads.</summary>
    private static Tensor Columns(LeLmConfig config, SongTokens song, bool mixedAlone)
    {
        using var scope = NewDisposeScope();
        DelayPattern pattern = config.CreatePattern(song.Frames + 1);
        long[] codes = [.. Enumerable.Range(0, config.Codebooks).SelectMany(k =>
            song.Row((SongPart)k).ToArray().Select(code => (long)code).Append(config.EosId))];
        Tensor columns = pattern.Build(tensor(codes, [1, config.Codebooks, song.Frames + 1]), config.SpecialId);
        return (mixedAlone ? columns.narrow(2, 0, pattern.ColumnOf(0, pattern.Frames - 1) + 1) : columns).MoveToOuterDisposeScope();
    }
}
