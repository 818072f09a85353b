using LeVo.Alignment.Preferences;
using LeVo.Codec.Training;
using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.Text;
using LeVo.Core.Tokens;
using LeVo.Experiments.MiniWorld;
using LeVo.Experiments.MiniWorld.Scoring;
using Microsoft.Extensions.DependencyInjection;

namespace LeVo.Experiments.TrainDemo;

/// <summary>
/// Measures the demo on held-out lyrics with the recognisers: true songs, songs through the codec and back, songs that the model
/// composed, and songs that a model with shuffled weights composed; each against its own lyrics and, as a control, against
/// another song's.
/// </summary>
internal sealed class EvaluateStage : IDisposable
{
    private readonly MiniRecognisers recognisers;
    private readonly SongEncoder encoder;
    private readonly ShuffledModel shuffled;
    private readonly ServiceProvider model, control;
    private readonly SortedDictionary<string, Tally> tallies = new(StringComparer.Ordinal);
    private readonly int seed;

    private EvaluateStage(DemoFolders folders, Arguments arguments)
    {
        seed = arguments.Seed;
        recognisers = MiniRecognisers.Load(folders.FinishedRecogniser);
        encoder = new(folders.MixedCodec, folders.DualCodec, DemoSizes.Encoder, DemoSizes.Taps);
        shuffled = new(folders.Model, seed);
        (model, control) = (Services(folders.Model, arguments), Services(shuffled.Folder, arguments));
    }

    public static async Task RunAsync(DemoFolders folders, Arguments arguments, CancellationToken cancellation)
    {
        using var stage = new EvaluateStage(folders, arguments);
        for (int i = 0; i < arguments.Songs; i++)
        {
            await stage.SongAsync(i, cancellation);
            foreach ((string kind, Tally tally) in stage.tallies)
                Console.WriteLine($"{i + 1} {kind}: {tally}");
        }
    }

    public void Dispose()
    {
        model.Dispose();
        control.Dispose();
        shuffled.Dispose();
        encoder.Dispose();
        recognisers.Dispose();
    }

    /// <summary>A model folder on the backend of the command line.</summary>
    internal static ServiceProvider Services(string folder, Arguments arguments) => new ServiceCollection()
        .AddLeVo(options =>
        {
            options.ModelPath = folder;
            (options.Backend, options.Precision, options.Threads) =
                (arguments.Backend, arguments.Precision, arguments.Threads);
            options.KvCachePrecision = arguments.KvCache;
        }).AddMusicCodec().Services.BuildServiceProvider();

    private async Task SongAsync(int i, CancellationToken cancellation)
    {
        MiniSongSpec spec = MiniSongFactory.Create(ShardStage.HeldOutSeed + i, heldOut: true);
        MiniSongSpec other = MiniSongFactory.Create(ShardStage.HeldOutSeed + i + 1, heldOut: true);
        MiniSong song = MiniRenderer.Render(spec);
        var truth = new Sound(new(song.Mix(), MiniSong.SampleRate), new(song.Vocal, MiniSong.SampleRate),
            new(song.Accompaniment, MiniSong.SampleRate));
        Count("1 true", truth);

        var codec = model.GetRequiredService<IMusicCodec>();
        SongTokens tokens = encoder.Encode(song.Vocal, song.Accompaniment);
        Count("2 codec", new(await Heard(SongPart.Mixed), await Heard(SongPart.Vocal), await Heard(SongPart.Accompaniment)));
        Count("3 composed", await ComposeAsync(model, spec, i, cancellation));
        Count("4 shuffled", await ComposeAsync(control, spec, i, cancellation));

        void Count(string kind, Sound? heard)
        {
            if (heard is null)
                return;
            MiniScores own = MiniScorer.Score(recognisers, heard.Vocal, heard.Accompaniment, spec);
            MiniScores against = MiniScorer.Score(recognisers, heard.Vocal, heard.Accompaniment, other);
            PhonemeErrorRate mix = MiniScorer.Score(recognisers, heard.Mix, heard.Mix, spec).Phones;
            tallies[kind] = tallies.GetValueOrDefault(kind, Tally.None)
                .Add(own, against, mix, MelDistance.Of(heard.Mix, truth.Mix));
        }

        Task<Waveform> Heard(SongPart part) => WholeSound.DecodeAsync(codec, tokens, part, cancellation);
    }

    /// <summary>A song of the model's; null when it came out empty.</summary>
    private async Task<Sound?> ComposeAsync(ServiceProvider services, MiniSongSpec spec, int i, CancellationToken cancellation)
    {
        Song song = await services.GetRequiredService<ISongGenerator>().GenerateAsync(new SongRequest
        {
            Lyrics = Lyrics.Parse(spec.Lyrics),
            Description = spec.Description,
            Seed = (ulong)(seed * 1000 + i),
            WithStems = true,
        }, cancellationToken: cancellation);
        return song is { Audio.Length: >= MiniSong.SamplesPerFrame, Vocal: { } vocal, Accompaniment: { } accompaniment }
            ? new(song.Audio, vocal, accompaniment)
            : null;
    }

    private sealed record Sound(Waveform Mix, Waveform Vocal, Waveform Accompaniment);
}
