using System.Globalization;
using LeVo.Core;
using LeVo.Core.Model;
using LeVo.Core.Runtime;

namespace LeVo.Alignment.Policy;

/// <summary>What to do where the memory is not sufficient for a training run.</summary>
/// <param name="Config">The model.</param>
/// <param name="Stage">The training stage.</param>
/// <param name="Setup">Device, precision and adapters.</param>
/// <param name="Songs">Songs per batch (twice the pairs in preference optimisation).</param>
/// <param name="Frames">Frames of the longest song.</param>
internal sealed record MemoryAdvice(LeLmConfig Config, LeLmStage Stage, TrainingSetup Setup, int Songs, int Frames)
{
    /// <summary>Songs of the smallest batch.</summary>
    public int FewestSongs { get; init; } = 1;

    /// <summary>Whether an update has the gradients of several batches.</summary>
    public bool Accumulates { get; init; }

    /// <summary>Refuses a run on the CPU that this machine or container cannot hold.</summary>
    /// <param name="limit">Bytes of memory that there are.</param>
    /// <exception cref="LeVoOutOfMemoryException">The run does not fit; the message names the settings that need less.</exception>
    public void Require(long limit)
    {
        long needed = Total(Setup, Songs);
        if (needed > limit && Setup.Device == "cpu")
            throw new LeVoOutOfMemoryException("cpu", needed, Math.Min(limit, MemoryLimit.FreeBytes), Help());
    }

    /// <summary>The settings that need less memory, as sentences.</summary>
    public string Help()
    {
        (TrainingSetup setup, int songs) = (Setup, Songs);
        List<string> settings = [];
        if (!setup.CheckpointActivations)
            Add("TrainingSetup.CheckpointActivations", setup with { CheckpointActivations = true }, songs);
        if (songs > FewestSongs)
            Add("a BatchSize of 1, with TrainingOptions.Accumulation for the same number of songs an update", setup, FewestSongs);
        if (setup.EffectivePrecision == ModelPrecision.Float32)
            Add("TrainingSetup.Precision BFloat16", setup with { Precision = ModelPrecision.BFloat16 }, songs);
        if (setup.Lora is null)
            Add("TrainingSetup.Lora (its run needs a new folder)", setup with { Lora = new() }, songs);
        string text = $"About {Text(Total(Setup, Songs))} are computed for songs of up to {Frames / (double)Config.FrameRate:0} s. ";
        return text + (settings.Count > 0
            ? $"Settings that need less, each with those before it: {string.Join("; ", settings)}. The run continues from its checkpoint."
            : "No setting needs less; shorter songs do. The run continues from its checkpoint.");

        void Add(string name, TrainingSetup next, int of)
        {
            long before = Total(setup, songs), after = Total(next, of);
            (setup, songs) = (next, of);
            if (after < before)
                settings.Add($"{name}: {Text(after)}");
        }
    }

    private long Total(TrainingSetup setup, int songs) =>
        TrainingMemory.Estimate(Config, Stage, setup, songs, Frames, Accumulates).Total;

    private static string Text(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB");
}
