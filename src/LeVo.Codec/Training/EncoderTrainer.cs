using LeVo.Codec.Model;
using LeVo.Codec.MusicFm;
using LeVo.Core.Checkpoints;
using LeVo.Core.Runtime;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using LeVo.Core.Training;
using static TorchSharp.torch;

namespace LeVo.Codec.Training;

/// <summary>Sizes of a small MusicFM with its quantisers, trained from scratch.</summary>
/// <param name="Width">Width of MusicFM and of the codes' vectors.</param>
/// <param name="FrontChannels">Channels of the convolutional front end.</param>
/// <param name="Layers">Conformer layers.</param>
/// <param name="Heads">Attention heads.</param>
/// <param name="FeedForwardWidth">Width inside the conformer's feed-forward parts.</param>
/// <param name="CodebookSize">Codes of each stream.</param>
/// <param name="CodeWidth">Width of a codebook entry.</param>
public sealed record EncoderSizes(
    int Width, int FrontChannels, int Layers, int Heads, int FeedForwardWidth, int CodebookSize, int CodeWidth)
{
    internal MusicFmConfig ToConfig() => new()
    {
        Width = Width,
        FrontChannels = FrontChannels,
        Layers = Layers,
        Heads = Heads,
        FeedForward = FeedForwardWidth,
    };
}

/// <summary>
/// Trains MusicFM and the quantisers of all streams together, supervised by what is known of every frame: the hidden state
/// and, once the codebooks are set, the quantised vector must both tell the labels.
/// </summary>
/// <remarks>Not thread-safe: one run at a time.</remarks>
public sealed class EncoderTrainer
{
    private readonly EncoderSizes sizes;
    private readonly IReadOnlyList<StreamTask> tasks;
    private readonly TrainingOptions options;
    private readonly int quantizeFrom;

    /// <param name="sizes">Sizes of the model.</param>
    /// <param name="tasks">The streams and their labels.</param>
    /// <param name="options">The run. The codebooks join after a quarter of its steps.</param>
    public EncoderTrainer(EncoderSizes sizes, IReadOnlyList<StreamTask> tasks, TrainingOptions options)
    {
        this.sizes = sizes;
        this.tasks = tasks;
        this.options = options;
        quantizeFrom = options.Steps / 4;
    }

    /// <summary>Trains to the last step, from the run's checkpoint if there is one, and writes the two codecs' encoders.</summary>
    /// <param name="mixedPath">Where the mixed codec's encoder goes (safetensors, 16 bit).</param>
    /// <param name="dualPath">Where the dual-track codec's encoder goes.</param>
    /// <param name="batches">The examples of a step by stream, all of one length; a function of the step alone.</param>
    /// <param name="progress">Hears of every report.</param>
    /// <param name="cancellationToken">Stops after the current step, with a checkpoint.</param>
    public void Train(string mixedPath, string dualPath, Func<int, TokenStream, IReadOnlyList<EncoderExample>> batches,
        IProgress<TrainingReport>? progress = null, CancellationToken cancellationToken = default)
    {
        LeVoRuntime.EnsureTorch();
        var builder = new ParameterBuilder(new RandomTensorSource(options.Seed));
        int taps = tasks.Max(task => task.Tap);
        var musicFm = new MusicFmEncoder(builder.Root.Sub("bestrq.model"), sizes.ToConfig(), taps);
        StreamLearner[] learners = [.. tasks.Select(task => new StreamLearner(builder.Root.Sub(task.Stream.ToString()), sizes, task))];
        using ParameterSet parameters = builder.Build("The encoder");
        var loop = new TrainingLoop(parameters.Trainable, options,
            [.. learners.Select(learner => (learner.Task.Stream.ToString(), learner.Usage.Idle))]);
        loop.Run(step => Step(musicFm, learners, batches, step), progress, cancellationToken);
        TensorWriter.Save(mixedPath, Export(parameters, (TokenStream.Mixed, "rvq_bestrq_emb")), floats: float16);
        TensorWriter.Save(dualPath, Export(parameters, (TokenStream.Vocal, "rvq_bestrq_emb"),
            (TokenStream.Accompaniment, "rvq_bestrq_bgm_emb")), floats: float16);
        foreach (StreamLearner learner in learners)
            learner.Dispose();
    }

    private StepResult Step(MusicFmEncoder musicFm, StreamLearner[] learners,
        Func<int, TokenStream, IReadOnlyList<EncoderExample>> batches, int step)
    {
        Tensor total = zeros(1).squeeze();
        List<(string, Tensor)> metrics = [];
        foreach (StreamLearner learner in learners)
        {
            IReadOnlyList<EncoderExample> examples = batches(step, learner.Task.Stream);
            Tensor hidden = musicFm.Forward(TrainingBatch.Rows([.. examples.Select(e => e.Mono)]), learner.Task.Tap);
            total = total.Plus(learner.Loss(hidden, examples, step, quantizeFrom, metrics));
        }
        return new(total, [.. metrics]);
    }

    private static IEnumerable<(string Name, Tensor Value)> Export(
        ParameterSet parameters, params (TokenStream Stream, string Prefix)[] streams)
    {
        foreach ((string name, Tensor value) in parameters.ToStateDict())
        {
            if (name.StartsWith("bestrq.", StringComparison.Ordinal))
                yield return (name, value);
            foreach ((TokenStream stream, string prefix) in streams)
                if (name.StartsWith($"{stream}.quantizer.", StringComparison.Ordinal))
                    yield return (name.Replace($"{stream}.quantizer.", $"{prefix}.quantizers.0.", StringComparison.Ordinal), value);
        }
    }
}
