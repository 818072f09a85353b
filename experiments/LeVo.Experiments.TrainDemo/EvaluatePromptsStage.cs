using LeVo.Alignment.Policy;
using LeVo.Codec.Training;
using LeVo.Core.Conditioning;
using LeVo.Core.Generation;
using LeVo.Core.Tokens;
using LeVo.Experiments.MiniWorld;
using LeVo.Experiments.MiniWorld.Scoring;
using Microsoft.Extensions.DependencyInjection;

namespace LeVo.Experiments.TrainDemo;

/// <summary>
/// Measures a language model that was trained with prompts. "evaluate-prompts" composes held-out lyrics without a description:
/// with a prompt, without one and with another one, and compares singer, genre, instrument and tempo with those of the first
/// prompt. "compare" composes them with their description and without a prompt, and compares the phone error with that of the
/// model folder's weights. All songs of a pair have the same seed, and hence the same random numbers.
/// </summary>
internal static class EvaluatePromptsStage
{
    public static Task RunAsync(DemoFolders folders, Arguments arguments, CancellationToken cancellation) =>
        WithListenerAsync(folders, arguments, async (model, listener) =>
        {
            IReadOnlyList<PromptPair> pairs = PromptPair.Create(arguments.Songs);
            using var encoder = new SongEncoder(folders.MixedCodec, folders.DualCodec, DemoSizes.Encoder, DemoSizes.Taps);
            SongToHear[] songs =
            [
                .. pairs.SelectMany((pair, i) => (IEnumerable<SongToHear>)
                [
                    Song(pair, i, "prompt", SungExcerpt.Encode(encoder, pair.Prompt, model.Config.PromptFrames)),
                    Song(pair, i, "none", null),
                    Song(pair, i, "other", SungExcerpt.Encode(encoder, pair.Other, model.Config.PromptFrames)),
                ]),
            ];
            string weights = arguments.Start ?? folders.PromptsStage;
            IReadOnlyList<HeardSong> heard = await listener.HearAsync(weights, songs, cancellation);
            foreach ((int kind, string name) in ((int, string)[])[(0, "with the prompt"), (1, "without a prompt"), (2, "with another prompt")])
                Console.WriteLine($"{name}: {Tally(kind, pair => pair.Prompt)}");
            Console.WriteLine($"with another prompt, against that one: {Tally(2, pair => pair.Other)}");

            SongToHear Song(PromptPair pair, int i, string kind, SongTokens? prompt) => new($"{kind}-{arguments.Seed}-{i:000}",
                model.CreateCondition(pair.Song.Lyrics, null) with { Prompt = prompt }, pair.Song.Lyrics, SeedOf(arguments, i));

            PromptTally Tally(int kind, Func<PromptPair, MiniSongSpec> prompt) => pairs.Select((pair, i) => (pair, i))
                .Aggregate(PromptTally.None, (sum, one) =>
                    sum.Add(heard[one.i * 3 + kind], PromptPair.StyleOf(prompt(one.pair))));
        });

    public static Task CompareAsync(DemoFolders folders, Arguments arguments, CancellationToken cancellation) =>
        WithListenerAsync(folders, arguments, async (model, listener) =>
        {
            MiniSongSpec[] specs = [.. Enumerable.Range(0, arguments.Songs)
                .Select(i => MiniSongFactory.Create(ShardStage.HeldOutSeed + i, heldOut: true))];
            SongToHear[] songs = [.. specs.Select((spec, i) => new SongToHear($"described-{arguments.Seed}-{i:000}",
                model.CreateCondition(spec.Lyrics, spec.Description), spec.Lyrics, SeedOf(arguments, i)))];
            IReadOnlyList<HeardSong> before = await listener.HearAsync(folders.LanguageModel, songs, cancellation);
            IReadOnlyList<HeardSong> after =
                await listener.HearAsync(arguments.Start ?? folders.PromptsStage, songs, cancellation);
            Console.WriteLine(PairedErrors.Of(before, after));
            foreach ((string name, IReadOnlyList<HeardSong> heard) in ((string, IReadOnlyList<HeardSong>)[])[("before", before), ("after", after)])
                Console.WriteLine($"{name}, against the description: {specs.Select((spec, i) => (spec, i))
                    .Aggregate(PromptTally.None, (sum, one) => sum.Add(heard[one.i], PromptPair.StyleOf(one.spec)))}");
        });

    /// <summary>The seed of a held-out song, as in the other evaluations.</summary>
    private static ulong SeedOf(Arguments arguments, int i) => (ulong)(arguments.Seed * 1000 + i);

    private static async Task WithListenerAsync(
        DemoFolders folders, Arguments arguments, Func<TrainableModel, SongListener, Task> run)
    {
        using MiniRecognisers recognisers = MiniRecognisers.Load(folders.FinishedRecogniser);
        using ServiceProvider services = EvaluateStage.Services(folders.Model, arguments);
        var model = TrainableModel.Open(folders.Model);
        await run(model, new(model, services.GetRequiredService<IMusicCodec>(), recognisers, Path.Combine(folders.Work, "heard")));
    }
}
