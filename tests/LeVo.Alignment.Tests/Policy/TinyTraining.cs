using LeVo.Alignment.Data;
using LeVo.Alignment.Policy;
using LeVo.Core.Checkpoints;
using LeVo.Core.Conditioning;
using LeVo.Core.Model;
using LeVo.Core.Runtime;
using LeVo.Core.Text;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.Tensors;
using LeVo.Core.Training;
using LeVo.Testing;
using static TorchSharp.torch;

namespace LeVo.Alignment.Tests.Policy;

/// <summary>A model that trains in a moment, in a folder of its own.</summary>
internal sealed class TinyTraining : IDisposable
{
    /// <summary>The id behind the 256 bytes and the three added tokens of the tokenizer.</summary>
    private const int FirstTag = 259;

    public static LeLmTensors Tensors => new(Config);

    public static LeLmConfig Config { get; } = new()
    {
        Width = 16,
        FeedForwardWidth = 32,
        Heads = 2,
        MixedLayers = 1,
        TrackLayers = 1,
        CodeSize = 24,
        Delays = [0, 3, 3],
        MaxSeconds = 0.8,
        PromptSeconds = 1,
        LyricsLength = 16,
        DescriptionLength = 8,
        PromptLength = 27,
        PromptCodeSize = 24,
        PromptNullId = 25,
        PromptRealBelow = 24,
        LyricsVocabulary = FirstTag + new LeLmConfig().StructureTags.Count,
        DescriptionVocabulary = FirstTag,
        StructureRows = 16,
        TextRules = TextRules.V1,
        TextPadId = 256,
        StructureBase = FirstTag - 1,
    };

    private readonly string folder = Directory.CreateTempSubdirectory("levo-lelm-").FullName;

    public TinyTraining()
    {
        LeVoRuntime.EnsureTorch();
    }

    /// <summary>The byte tokenizer of the demo model.</summary>
    public string Tokenizer => Path.Combine(Repository.Root, "models", "levo-demo", "tokenizer");

    public string At(string name) => Path.Combine(folder, name);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public TrainingOptions Options(string run, int steps) => new()
    {
        Folder = At($"run-{run}"),
        Steps = steps,
        LearningRate = 1e-2,
        WarmupSteps = 1,
        ReportEvery = 5,
    };

    public TrainedLeLm Open(LeLmStage stage, string? start = null, TrainingSetup? setup = null, int seed = 1)
    {
        return new(Config, ConditionPreparer.Load(Config, Tokenizer), stage, start is null ? null : At(start),
            setup ?? new(), seed);
    }

    /// <summary>All tensors of a file, in float32.</summary>
    public Dictionary<string, float[]> Read(string name)
    {
        using Checkpoint file = Checkpoint.Open(At(name));
        return file.Tensors.Keys.ToDictionary(key => key, key =>
        {
            using Tensor value = file.Load(key);
            using Tensor wide = value.to(float32);
            return wide.data<float>().ToArray();
        });
    }

    public static TrainingSong Song(int frames)
    {
        int[] Row(int step) => [.. Enumerable.Range(0, frames).Select(t => t * step % 24)];
        return new(SongTokens.FromRows(Row(1), Row(5), Row(7)), "[verse] la la", "female, pop")
        {
            MarkedFrames = [1],
            LyricsTokens = [.. Enumerable.Range(0, frames).Select(t => 2 + t / 3)],
        };
    }
}

/// <summary>Keeps what it hears.</summary>
internal sealed class Recorder<T> : IProgress<T>
{
    public List<T> Heard { get; } = [];

    public void Report(T value) => Heard.Add(value);
}
