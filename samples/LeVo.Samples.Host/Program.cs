// How does a web service make songs, with several models, progress, and sound while it is computed?
// dotnet run -c Release --project samples/LeVo.Samples.Host -- --urls http://localhost:5000
// curl -s localhost:5000/songs -H "Content-Type: application/json" -d '{"lyrics": "[verse] Morning light"}'
// curl -s localhost:5000/songs/1/audio > song.wav
using LeVo.Core.Generation;
using LeVo.Core.Runtime;
using LeVo.Samples.Host;

LeVoRuntime.TuneAllocator();
WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
// Every section below Models is a model; its name is the key of its services.
var models = new ModelNames([.. builder.Configuration.GetSection("Models").GetChildren().Select(model => model.Key)]);
IHealthChecksBuilder health = builder.Services.AddHealthChecks();
foreach (string name in models.Names)
{
    builder.Services.AddLeVo(name, builder.Configuration.GetSection($"Models:{name}")).LoadAtStart().AddMusicCodec();
    health.AddLeVo(name);
}
builder.Services.AddSingleton(models);
builder.Services.AddSingleton<SongJobs>().AddHostedService(services => services.GetRequiredService<SongJobs>());
WebApplication app = builder.Build();
app.MapHealthChecks("/health");
app.MapGet("/models", (ModelNames models, IServiceProvider services) => models.Names.Select(name =>
    new { name, maxSeconds = services.GetRequiredKeyedService<ITokenGenerator>(name).Model.MaxDuration.TotalSeconds }));
app.MapSongs();
app.Run();
