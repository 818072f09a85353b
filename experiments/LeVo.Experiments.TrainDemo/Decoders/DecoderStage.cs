using LeVo.Alignment.Preferences;
using LeVo.Codec.Decoding;
using LeVo.Codec.Loading;
using LeVo.Codec.Model;
using LeVo.Codec.Noise;
using LeVo.Codec.Planning;
using LeVo.Codec.Training;
using LeVo.Core.Audio;
using LeVo.Core.Model;
using LeVo.Core.Tokens;
using LeVo.Experiments.MiniWorld;
using LeVo.Experiments.MiniWorld.Scoring;
using TorchSharp;

namespace LeVo.Experiments.TrainDemo.Decoders;

/// <summary>
/// Measures settings of the codec's decoder on held-out songs: true songs are encoded, and each candidate decodes the same
/// tokens from the same noise. A line a decode goes to a file, so that a stopped run goes on where it was; the table is of all
/// files in the work folder.
/// </summary>
internal sealed class DecoderStage : IDisposable
{
    private const string Distilled = "distilled";
    private readonly MiniRecognisers recognisers;
    private readonly SongEncoder encoder;
    private readonly CodecFolder codec;
    private readonly CodecFolder? distilled;

    private DecoderStage(DemoFolders folders, string? distilled)
    {
        recognisers = MiniRecognisers.Load(folders.FinishedRecogniser);
        encoder = new(folders.MixedCodec, folders.DualCodec, DemoSizes.Encoder, DemoSizes.Taps);
        codec = CodecFolder.Open(ModelFolder.Open(folders.Model), torch.CPU);
        this.distilled = distilled is null ? null : CodecFolder.Open(ModelFolder.Open(distilled), torch.CPU);
    }

    public static void Run(DemoFolders folders, Arguments arguments, CancellationToken cancellation)
    {
        string folder = Directory.CreateDirectory(Path.Combine(folders.Work, "decoders")).FullName;
        DecoderCandidate[] candidates = [.. DecoderCandidate.All.Where(candidate =>
            arguments.Candidates is null || candidate == DecoderCandidate.Exact || arguments.Candidates.Contains(candidate.Name))];
        using var stage = new DecoderStage(folders, arguments.Start);
        if (stage.distilled is { } student)
            candidates = [.. candidates, new(Distilled, student.Defaults.Flow, EndsWithSong: false)];
        string file = Path.Combine(folder, $"seed-{arguments.Seed}.csv");
        HashSet<(string, int)> done = [.. Read(file).Select(score => (score.Candidate, score.Song))];
        for (int song = 0; song < arguments.Songs; song++)
        {
            DecoderCandidate[] missing = [.. candidates.Where(candidate => !done.Contains((candidate.Name, song)))];
            if (missing.Length == 0)
                continue;
            foreach (DecoderScore score in stage.Score(song, arguments.Seed, missing, cancellation))
                File.AppendAllLines(file, [score.ToString()]);
            Console.WriteLine($"{DateTime.Now:HH:mm:ss} seed {arguments.Seed}: {song + 1} songs");
        }
        Console.WriteLine(DecoderTable.Header);
        foreach (string line in DecoderTable.Lines([.. Directory.EnumerateFiles(folder, "seed-*.csv").SelectMany(Read)]))
            Console.WriteLine(line);
    }

    public void Dispose()
    {
        codec.Dispose();
        distilled?.Dispose();
        encoder.Dispose();
        recognisers.Dispose();
    }

    private static DecoderScore[] Read(string file) =>
        File.Exists(file) ? [.. File.ReadLines(file).Select(DecoderScore.Parse)] : [];

    private IEnumerable<DecoderScore> Score(
        int index, int seed, IReadOnlyList<DecoderCandidate> candidates, CancellationToken cancellation)
    {
        MiniSong song = MiniRenderer.Render(MiniSongFactory.Create(ShardStage.HeldOutSeed + index, heldOut: true));
        var truth = new Waveform(song.Mix(), MiniSong.SampleRate);
        int[] phones = [.. MiniLyrics.SungPhones(song.Spec.Lyrics)];
        SongTokens tokens = encoder.Encode(song.Vocal, song.Accompaniment);
        int[] vocal = tokens.Row(SongPart.Vocal).ToArray(), accompaniment = tokens.Row(SongPart.Accompaniment).ToArray();
        int[] silent = [.. Enumerable.Repeat(codec.SilentCodes.Accompaniment, tokens.Frames)];
        float[][] exact = Decode([vocal, accompaniment], DecoderCandidate.Exact, seed, cancellation);
        foreach (DecoderCandidate candidate in candidates)
        {
            float[][] mix = candidate == DecoderCandidate.Exact
                ? exact
                : Decode([vocal, accompaniment], candidate, seed, cancellation);
            var voice = new Waveform(Decode([vocal, silent], candidate, seed, cancellation), MiniSong.SampleRate);
            PhonemeErrorRate errors = MiniScorer.PhoneErrors(phones, recognisers.Voice.Recognise(voice).Sung);
            yield return new(candidate.Name, index, seed, candidate.Flow.Rows, RowFrames(candidate, tokens.Frames),
                MelDistance.Of(new(mix, MiniSong.SampleRate), truth), Ratio(exact, mix), errors.Errors, errors.ReferenceLength);
        }
    }

    private SoundSettings Settings(DecoderCandidate candidate) => codec.Defaults with
    {
        Flow = candidate.Name == Distilled ? candidate.Flow : candidate.Flow with { Guidance = codec.Defaults.Flow.Guidance },
        EndsWithSong = candidate.EndsWithSong,
    };

    private float[][] Decode(int[][] codes, DecoderCandidate candidate, int seed, CancellationToken cancellation)
    {
        CodecFolder folder = candidate.Name == Distilled ? distilled! : codec;
        var decoder = new SoundDecoder(
            folder.DualTrack.Flow, folder.DualTrack.Quantizers, folder.Vae.Open(withEncoder: false));
        using var noise = new SeededNoise((ulong)seed);
        SoundDecoding decoding = decoder.Start(codes, Settings(candidate), noise);
        List<float>[] channels = [[], []];
        while (decoding.Next(cancellationToken: cancellation) is { } block)
            for (int c = 0; c < channels.Length; c++)
                channels[c].AddRange(block[c]);
        return [.. channels.Select(channel => channel.ToArray())];
    }

    private int RowFrames(DecoderCandidate candidate, int frames)
    {
        WindowPlan plan = WindowPlan.Create(frames, codec.Defaults.WindowSeconds, codec.Vae.FrameRate, candidate.EndsWithSong);
        return candidate.Flow.Rows * Enumerable.Range(0, plan.Count).Sum(plan.Length);
    }

    /// <summary>Signal-to-noise ratio in dB.</summary>
    private static double Ratio(float[][] signal, float[][] other)
    {
        double power = 0, noise = 0;
        for (int c = 0; c < signal.Length; c++)
        {
            for (int i = 0; i < signal[c].Length; i++)
            {
                power += (double)signal[c][i] * signal[c][i];
                noise += ((double)signal[c][i] - other[c][i]) * ((double)signal[c][i] - other[c][i]);
            }
        }
        return 10 * Math.Log10(power / noise);
    }
}
