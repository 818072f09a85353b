using LeVo.Codec.Model;
using LeVo.Codec.MusicFm;
using LeVo.Core.Listings;
using LeVo.Core.Runtime;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using LeVo.Core.Training;
using static TorchSharp.torch;

namespace LeVo.Codec.Training;

/// <summary>
/// Trains MusicFM and the quantizers of all streams together, supervised by labels of every frame: the labels are predicted
/// from the hidden state and, once the codebooks are set, from the quantized vector.
/// </summary>
/// <remarks>Not thread-safe: one run at a time.</remarks>
internal sealed class EncoderTrainer
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
    /// <param name="mixedPath">File of the mixed codec's encoder (safetensors, 16 bit).</param>
    /// <param name="dualPath">File of the dual-track codec's encoder.</param>
    /// <param name="batches">The examples of a step by stream, all of one length; a function of the step alone.</param>
    /// <param name="progress">Receives every report.</param>
    /// <param name="cancellationToken">Stops after the current step, with a checkpoint.</param>
    public void Train(string mixedPath, string dualPath, Func<int, SongPart, IReadOnlyList<EncoderExample>> batches,
        IProgress<TrainingReport>? progress = null, CancellationToken cancellationToken = default)
    {
        LeVoRuntime.EnsureTorch();
        var builder = new ParameterBuilder(new RandomTensorSource(options.Seed));
        var listing = new TensorListing();
        MusicFmConfig config = sizes.ToCodecSizes([]).MusicFm;
        var musicFm = new MusicFmEncoder(builder,
            new(CodecTensors.MusicFmScope(listing.Root), config, tasks.Max(task => task.Tap)), config);
        StreamLearner[] learners = [.. tasks.Select(task => new StreamLearner(builder, sizes, task))];
        using ParameterSet parameters = builder.Build("The encoder");
        var loop = new TrainingLoop(parameters.Trainable, options,
            [.. learners.Select(learner => (learner.Task.Stream.ToString(), learner.Usage.Idle))]);
        loop.Run(step => Step(musicFm, learners, batches, step), progress, cancellationToken);
        TensorWriter.Save(mixedPath,
            Export(parameters, listing, learners, (SongPart.Mixed, CodecLayout.Mixed()[0])), floats: float16);
        IReadOnlyList<CodecStream> dual = CodecLayout.DualTrack();
        TensorWriter.Save(dualPath, Export(parameters, listing, learners,
            (SongPart.Vocal, dual[0]), (SongPart.Accompaniment, dual[1])), floats: float16);
        foreach (StreamLearner learner in learners)
            learner.Dispose();
    }

    private StepResult Step(MusicFmEncoder musicFm, StreamLearner[] learners,
        Func<int, SongPart, IReadOnlyList<EncoderExample>> batches, int step)
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

    /// <summary>MusicFM and the quantizers of a codec's streams, under the codec's names.</summary>
    private static IEnumerable<(string Name, Tensor Value)> Export(ParameterSet parameters, TensorListing musicFm,
        StreamLearner[] learners, params (SongPart Stream, CodecStream Target)[] streams)
    {
        Dictionary<string, string> names = musicFm.Used.ToDictionary(tensor => tensor.Name, tensor => tensor.Name);
        foreach ((SongPart stream, CodecStream target) in streams)
        {
            StreamLearner learner = Array.Find(learners, learner => learner.Task.Stream == stream)!;
            foreach ((string own, string exported) in learner.Names(target))
                names.Add(own, exported);
        }
        foreach ((string name, Tensor value) in parameters.ToStateDict())
            if (names.TryGetValue(name, out string? exported))
                yield return (exported, value);
    }
}
