using System.Text.Json;
using LeVo.Alignment.Data;
using LeVo.Alignment.Policy;
using LeVo.Alignment.Preferences;
using LeVo.Alignment.Sampling;
using LeVo.Cluster.Work;
using LeVo.Core.Conditioning;
using LeVo.Core.IO;
using LeVo.Core.Model;
using LeVo.Core.Threading;

namespace LeVo.Cluster.Songs;

/// <summary>
/// Makes preference data: one item is one lyrics, whose songs are sampled, completed with sound, scored and paired by one worker,
/// so that no worker waits for another. The model stays in memory.
/// </summary>
public sealed class PreferenceWork : IWork, IDisposable
{
    private const string KindName = "sample", Scores = "scores.json", Pairs = "pairs.jsonl";
    private const int MostSamples = 4096, BatchSize = 32;

    private readonly TrainableModel model;
    private readonly IPreferenceScorer scorer;
    private readonly WorkFolder folder;
    private readonly TrainingSetup setup;
    private readonly Func<SongSample, CancellationToken, Task<SongSample>>? complete;
    private readonly string hash;
    private LoadedSampler? sampler;

    /// <param name="model">The model to sample from.</param>
    /// <param name="scorer">Scores the songs.</param>
    /// <param name="folder">The folder of the run.</param>
    /// <param name="complete">Adds the data that the scorer needs to a sample, for example audio; null if tokens are
    /// sufficient.</param>
    /// <param name="setup">Device and precision; null for the defaults.</param>
    public PreferenceWork(TrainableModel model, IPreferenceScorer scorer, WorkFolder folder,
        Func<SongSample, CancellationToken, Task<SongSample>>? complete = null, TrainingSetup? setup = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        (this.model, this.scorer, this.folder, this.complete, this.setup) = (model, scorer, folder, complete, setup ?? new());
        hash = SongPayload.HashOf(model.Path);
    }

    /// <inheritdoc/>
    public string Kind => KindName;

    /// <summary>Creates items.</summary>
    /// <param name="model">The model to sample from.</param>
    /// <param name="orders">The lyrics.</param>
    public static IReadOnlyList<WorkItem> CreateItems(TrainableModel model, IEnumerable<PreferenceOrder> orders)
    {
        ArgumentNullException.ThrowIfNull(model);
        string hash = SongPayload.HashOf(model.Path);
        return [.. orders.Select(order => new WorkItem(KindName,
            JsonSerializer.Serialize(order with { Model = hash }, SongPayload.Default.PreferenceOrder)))];
    }

    /// <inheritdoc/>
    public void Check(WorkItem item)
    {
        PreferenceOrder order = Read(item);
        SongPayload.CheckModel(order.Model, hash);
        if (order.Strategy != scorer.Strategy || order.Scorer != scorer.Name)
        {
            throw new InvalidDataException($"The item is for the scorer '{order.Scorer}' of the strategy '{order.Strategy}', and "
                + $"this worker has '{scorer.Name}' of '{scorer.Strategy}'.");
        }
        if (order.Samples is < 2 or > MostSamples)
            throw new InvalidDataException($"{order.Samples} samples are ordered; there are 2 to {MostSamples}.");
        order.Options?.Validate();
        Frames(order);
        model.CreateCondition(order.Lyrics, order.Description);
    }

    /// <inheritdoc/>
    public bool IsDone(WorkItem item) => folder.HasPart(item);

    /// <inheritdoc/>
    public async Task DoAsync(WorkItem item, int attempt, CancellationToken cancellationToken)
    {
        PreferenceOrder order = Read(item);
        // All work with tensors runs on one thread, because TorchSharp's dispose scopes are thread-bound.
        IReadOnlyList<SongSample> samples =
            await DedicatedThread.Run(() => Sample(order, cancellationToken), cancellationToken).ConfigureAwait(false);
        var scored = new List<(SongSample Song, double Score)>();
        foreach (SongSample sample in samples)
        {
            cancellationToken.ThrowIfCancellationRequested();
            SongSample whole = complete is null ? sample : await complete(sample, cancellationToken).ConfigureAwait(false);
            scored.Add((sample, await scorer.ScoreAsync(whole, cancellationToken).ConfigureAwait(false)));
        }
        IReadOnlyList<PreferencePair> pairs = order.Selection.Select(scored, order.Strategy, hash, order.Scorer);
        await folder.WritePartAsync(item, part =>
        {
            var store = new PreferenceStore(part);
            foreach (PreferencePair pair in pairs)
                store.Append(pair);
            SampleScore[] scores = [.. scored.Select(one => new SampleScore(one.Song.Seed, one.Song.Tokens.Frames, one.Score))];
            AtomicFile.Write(Path.Combine(part, Scores), file => JsonSerializer.Serialize(file, scores, SongPayload.Default.SampleScoreArray));
            return Task.CompletedTask;
        }).ConfigureAwait(false);
    }

    /// <summary>Joins the pairs of all finished items, in the order of the items, to the folder of a preference store.</summary>
    /// <param name="folder">The folder of the run.</param>
    /// <param name="output">The store's folder; must not exist or be empty.</param>
    /// <param name="cancellationToken">Stops between two items.</param>
    /// <returns>The number of pairs.</returns>
    /// <exception cref="IOException">The output folder is not empty, or can't be written.</exception>
    /// <exception cref="InvalidDataException">A part is invalid; the message contains its file.</exception>
    public static int Join(WorkFolder folder, string output, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ModelFolderCopy.CheckEmpty(output);
        var store = new PreferenceStore(output);
        int count = 0;
        foreach (WorkItem item in folder.Read().Where(item => item.Kind == KindName))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!File.Exists(Path.Combine(folder.PartOf(item), Pairs)))
                continue; // not done, or no gap was large enough
            foreach (PreferencePair pair in new PreferenceStore(folder.PartOf(item)).Read())
            {
                store.Append(pair);
                count++;
            }
        }
        return count;
    }

    /// <summary>Frees the model.</summary>
    public void Dispose() => sampler?.Dispose();

    private static PreferenceOrder Read(WorkItem item) => SongPayload.Read(item, KindName, SongPayload.Default.PreferenceOrder);

    private IReadOnlyList<SongSample> Sample(PreferenceOrder order, CancellationToken cancellationToken)
    {
        sampler ??= new(model.Config, ConditionPreparer.Load(model.Config, model.TokenizerFolder), model.WeightsPath, setup);
        SongCondition condition = model.CreateCondition(order.Lyrics, order.Description);
        return sampler.Sample([condition], order.Samples, order.Seed, (order.Options ?? new()).Over(model.Sampling),
            Frames(order), BatchSize, null, cancellationToken);
    }

    private int? Frames(PreferenceOrder order)
    {
        if (order.Seconds is not { } seconds)
            return null;
        int most = model.Config.MaxFrames;
        return seconds * model.Config.FrameRate is >= 1 and var frames && frames <= most
            ? (int)frames
            : throw new InvalidDataException($"A song of this model can't be {seconds} seconds long.");
    }
}
