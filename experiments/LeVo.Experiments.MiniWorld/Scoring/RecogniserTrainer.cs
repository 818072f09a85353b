using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Experiments.MiniWorld.Scoring;

/// <summary>The training of the recognisers.</summary>
/// <remarks>The defaults take 90 s of one core and give 1 % phone errors on held-out voices (mixes with 5 %).</remarks>
public sealed record RecogniserTrainingOptions
{
    /// <summary>Training songs to render (about 11 s each); seeds 0, 1, ...</summary>
    public int Songs { get; init; } = 300;

    /// <summary>Steps of the phone recogniser; the band's recogniser takes half as many.</summary>
    public int Steps { get; init; } = 700;

    /// <summary>Crops of 192 frames in a step.</summary>
    public int BatchSize { get; init; } = 12;

    /// <summary>Largest learning rate; it falls to zero along a cosine.</summary>
    public double LearningRate { get; init; } = 2e-3;

    /// <summary>Fixes crops, augmentation and initial weights.</summary>
    public long Seed { get; init; } = 1;
}

/// <summary>Progress of the training of the recognisers.</summary>
/// <param name="Part">"songs", "voice" or "band".</param>
/// <param name="Done">Songs or steps done.</param>
/// <param name="Total">Songs or steps in all.</param>
/// <param name="Loss">Sum of the cross entropies, in nats; 0 while songs are rendered.</param>
/// <param name="Accuracy">Share of right frames of this batch (phones or chords).</param>
public readonly record struct RecogniserProgress(string Part, int Done, int Total, double Loss, double Accuracy);

/// <summary>Trains the recognisers on rendered training songs, with many kinds of degradation.</summary>
public static class RecogniserTrainer
{
    /// <summary>Trains on a thread of the pool, on the CPU; a few minutes with the usual options.</summary>
    /// <exception cref="OperationCanceledException">Cancelled between two steps.</exception>
    public static Task<MiniRecognisers> TrainAsync(RecogniserTrainingOptions? options = null,
        IProgress<RecogniserProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Task.Run(() => Train(options ?? new(), progress, cancellationToken), cancellationToken);

    private static MiniRecognisers Train(
        RecogniserTrainingOptions options, IProgress<RecogniserProgress>? progress, CancellationToken cancellation)
    {
        var voice = new PhoneRecogniser(options.Seed);
        var band = new BandRecogniser(options.Seed + 1);
        try
        {
            using RecogniserData data = RecogniserData.Render(options, progress, cancellation);
            Fit(voice.Net, data.Voices, "voice", options.Steps, options, progress, cancellation);
            Fit(band.Net, data.Bands, "band", options.Steps / 2, options, progress, cancellation);
            return new MiniRecognisers(voice, band);
        }
        catch
        {
            voice.Dispose();
            band.Dispose();
            throw;
        }
    }

    private static void Fit(FrameNet net, RecogniserSet set, string part, int steps, RecogniserTrainingOptions options,
        IProgress<RecogniserProgress>? progress, CancellationToken cancellation)
    {
        net.train();
        using var optimiser = optim.AdamW(net.parameters(), options.LearningRate, weight_decay: 0.01);
        var augmentation = new SpectralAugmentation(options.Seed);
        var random = new MiniRandom(options.Seed);
        for (int step = 0; step < steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            double warmUp = Math.Min(1, (step + 1) / Math.Min(50, 0.1 * steps));
            optimiser.ParamGroups.First().LearningRate =
                options.LearningRate * warmUp * 0.5 * (1 + Math.Cos(Math.PI * step / steps));
            (Tensor power, Tensor[] labels) = set.Draw(options.BatchSize, ref random);
            Tensor[] logits = net.forward(augmentation.Apply(power));
            Tensor loss = nn.functional.cross_entropy(logits[0], labels[0]);
            for (int h = 1; h < logits.Length; h++)
                loss = loss.Plus(nn.functional.cross_entropy(logits[h], labels[h]));
            optimiser.zero_grad();
            loss.backward();
            nn.utils.clip_grad_norm_(net.parameters(), 1);
            optimiser.step();
            if (progress is not null && (step % 20 == 0 || step == steps - 1))
                progress.Report(new(part, step + 1, steps, loss.item<float>(),
                    logits[0].argmax(1).eq(labels[0]).to(ScalarType.Float32).mean().item<float>()));
        }
    }
}
