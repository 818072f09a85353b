using LeVo.Alignment.Preferences;
using LeVo.Core.Generation;
using LeVo.Core.Text;
using LeVo.Core.Tokens;
using LeVo.Experiments.MiniWorld;
using LeVo.Experiments.MiniWorld.Scoring;
using Microsoft.Extensions.DependencyInjection;

namespace LeVo.Experiments.TrainDemo;

/// <summary>
/// The phone error of voices that the model composes for held-out lyrics, with any backend and precision. Only the vocal track
/// is decoded: the tokens are those of <see cref="EvaluateStage"/>, in a small part of its time.
/// </summary>
internal static class PhonesStage
{
    public static async Task RunAsync(DemoFolders folders, Arguments arguments, CancellationToken cancellation)
    {
        using MiniRecognisers recognisers = MiniRecognisers.Load(folders.FinishedRecogniser);
        using ServiceProvider services = EvaluateStage.Services(folders.Model, arguments);
        PhonemeErrorRate own = default, control = default;
        for (int i = 0; i < arguments.Songs; i++)
        {
            MiniSongSpec spec = MiniSongFactory.Create(ShardStage.HeldOutSeed + i, heldOut: true);
            MiniSongSpec other = MiniSongFactory.Create(ShardStage.HeldOutSeed + i + 1, heldOut: true);
            SongTokens tokens = await services.GetRequiredService<ITokenGenerator>().GenerateTokensAsync(new SongRequest
            {
                Lyrics = Lyrics.Parse(spec.Lyrics),
                Description = spec.Description,
                Seed = (ulong)(arguments.Seed * 1000 + i),
            }, cancellationToken: cancellation);
            IReadOnlyList<int> sung = tokens.Frames == 0
                ? []
                : recognisers.Voice.Recognise(await WholeSound.DecodeAsync(
                    services.GetRequiredService<IMusicCodec>(), tokens, SongPart.Vocal, cancellation)).Sung;
            own += MiniScorer.PhoneErrors(MiniLyrics.SungPhones(spec.Lyrics), sung);
            control += MiniScorer.PhoneErrors(MiniLyrics.SungPhones(other.Lyrics), sung);
            Console.WriteLine(FormattableString.Invariant(
                $"{i + 1} songs, seed {arguments.Seed}: phone error {own.Rate:P2}, control {control.Rate:P1}"));
        }
    }
}
